// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "tests/unity/numbers.hpp"
#include "tests/unity/outcome.hpp"

namespace latchkey::unity {

/// What a floating-point number can be, apart from a number.
enum class Trait { infinite, negative_infinite, not_a_number, determinate };

/// F is float or double. As in Unity: two infinities of one sign are equal, and so are two NaN;
/// "equal" means within 0.00001 (float) or 1e-12 (double) of the expected value, relatively.
template <class F>
void float_within(const At& at, F delta, F expected, F actual);
template <class F>
void float_not_within(const At& at, F delta, F expected, F actual);
template <class F>
void float_equal(const At& at, F expected, F actual);
template <class F>
void float_not_equal(const At& at, F expected, F actual);
template <class F>
void float_ordered(const At& at, Order order, F threshold, F actual);
template <class F>
void float_array_within(const At& at, F delta, const F* expected, const F* actual,
                        std::size_t count);
template <class F>
void float_each_equal(const At& at, F expected, const F* actual, std::size_t count);
void float_is(const At& at, Trait trait, bool wanted, double actual);

}  // namespace latchkey::unity
