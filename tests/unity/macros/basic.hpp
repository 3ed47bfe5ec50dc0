// SPDX-License-Identifier: MIT
// Conditions, pointers, and what ends a test or says something.
#pragma once

#include "tests/unity/macros/here.hpp"
#include "tests/unity/outcome.hpp"
#include "tests/unity/text.hpp"

// One macro a line reads best, however long.
// clang-format off
#define TEST_ASSERT(condition) UNITY_CALL_(holds, UNITY_HERE_, static_cast<bool>(condition), "Expression Evaluated To FALSE")
#define TEST_ASSERT_MESSAGE(condition, message) UNITY_CALL_(holds, UNITY_SAYING_(message), static_cast<bool>(condition), "Expression Evaluated To FALSE")
#define TEST_ASSERT_TRUE(condition) UNITY_CALL_(holds, UNITY_HERE_, static_cast<bool>(condition), "Expected TRUE Was FALSE")
#define TEST_ASSERT_TRUE_MESSAGE(condition, message) UNITY_CALL_(holds, UNITY_SAYING_(message), static_cast<bool>(condition), "Expected TRUE Was FALSE")
#define TEST_ASSERT_UNLESS(condition) UNITY_CALL_(holds, UNITY_HERE_, !static_cast<bool>(condition), "Expression Evaluated To TRUE")
#define TEST_ASSERT_UNLESS_MESSAGE(condition, message) UNITY_CALL_(holds, UNITY_SAYING_(message), !static_cast<bool>(condition), "Expression Evaluated To TRUE")
#define TEST_ASSERT_FALSE(condition) UNITY_CALL_(holds, UNITY_HERE_, !static_cast<bool>(condition), "Expected FALSE Was TRUE")
#define TEST_ASSERT_FALSE_MESSAGE(condition, message) UNITY_CALL_(holds, UNITY_SAYING_(message), !static_cast<bool>(condition), "Expected FALSE Was TRUE")
#define TEST_ASSERT_NULL(pointer) UNITY_CALL_(holds, UNITY_HERE_, (pointer) == nullptr, "Expected NULL")
#define TEST_ASSERT_NULL_MESSAGE(pointer, message) UNITY_CALL_(holds, UNITY_SAYING_(message), (pointer) == nullptr, "Expected NULL")
#define TEST_ASSERT_NOT_NULL(pointer) UNITY_CALL_(holds, UNITY_HERE_, (pointer) != nullptr, "Expected Non-NULL")
#define TEST_ASSERT_NOT_NULL_MESSAGE(pointer, message) UNITY_CALL_(holds, UNITY_SAYING_(message), (pointer) != nullptr, "Expected Non-NULL")
#define TEST_ASSERT_EMPTY(pointer) UNITY_CALL_(holds, UNITY_HERE_, (pointer)[0] == 0, "Expected Empty")
#define TEST_ASSERT_EMPTY_MESSAGE(pointer, message) UNITY_CALL_(holds, UNITY_SAYING_(message), (pointer)[0] == 0, "Expected Empty")
#define TEST_ASSERT_NOT_EMPTY(pointer) UNITY_CALL_(holds, UNITY_HERE_, (pointer)[0] != 0, "Expected Non-Empty")
#define TEST_ASSERT_NOT_EMPTY_MESSAGE(pointer, message) UNITY_CALL_(holds, UNITY_SAYING_(message), (pointer)[0] != 0, "Expected Non-Empty")

#define TEST_FAIL() UNITY_CALL_(failed, UNITY_HERE_, "")
#define TEST_FAIL_MESSAGE(message) UNITY_CALL_(failed, UNITY_HERE_, message)
#define TEST_IGNORE() UNITY_CALL_(ignored, UNITY_HERE_)
#define TEST_IGNORE_MESSAGE(message) UNITY_CALL_(ignored, UNITY_SAYING_(message))
#define TEST_PASS() UNITY_CALL_(ended, UNITY_HERE_)
#define TEST_PASS_MESSAGE(message) UNITY_CALL_(ended, UNITY_SAYING_(message))
#define TEST_MESSAGE(message) UNITY_CALL_(remark, UNITY_SAYING_(message))
