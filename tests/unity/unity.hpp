// SPDX-License-Identifier: MIT
// Unity's assertions for doctest tests: (expected, actual), and the first one that does not
// hold ends the test. docs/reference/unity-layer.md says which there are and what differs.
#pragma once

#include <doctest/doctest.h>

#include "tests/unity/macros/array.hpp"
#include "tests/unity/macros/basic.hpp"
#include "tests/unity/macros/equal.hpp"
#include "tests/unity/macros/floating.hpp"
#include "tests/unity/macros/order.hpp"
#include "tests/unity/macros/text.hpp"
#include "tests/unity/macros/within.hpp"

/// What RUN_TEST calls where a file has no setUp or tearDown of its own: a plain function of
/// that name is the better match for the call.
template <int = 0>
void setUp() {}
template <int = 0>
void tearDown() {}

/// At namespace scope, after setUp, tearDown and the test: registers `test` as a doctest test
/// case of that name, which calls setUp, the test, and tearDown in any case.
#define RUN_TEST(test)                                                           \
  DOCTEST_TEST_CASE(#test) {                                                     \
    ::latchkey::unity::run([] { setUp(); }, [] { test(); }, [] { tearDown(); }); \
  }                                                                              \
  static_assert(true, "")

/// The frame of Unity's main(), of which doctest has its own: nothing is left of them.
#define UNITY_BEGIN() static_assert(true, "")
#define UNITY_END() static_assert(true, "")
