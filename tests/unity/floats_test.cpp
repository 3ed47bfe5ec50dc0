// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include "tests/unity/unity.hpp"

namespace {

template <class F>
constexpr F kInfinity = std::numeric_limits<F>::infinity();
template <class F>
constexpr F kNan = std::numeric_limits<F>::quiet_NaN();

}  // namespace

#define FOR_BOTH(DO) \
  DO(FLOAT, float)   \
  DO(DOUBLE, double)

#define NEAR(NAME, F)                                               \
  TEST_ASSERT_##NAME##_WITHIN(0.5, 1.0, 1.25);                      \
  TEST_ASSERT_##NAME##_WITHIN_MESSAGE(-0.5, 1.0, 0.75, "unseen");   \
  TEST_ASSERT_##NAME##_NOT_WITHIN(0.5, 1.0, 2.0);                   \
  TEST_ASSERT_##NAME##_NOT_WITHIN_MESSAGE(0.5, 1.0, 2.0, "unseen"); \
  TEST_ASSERT_EQUAL_##NAME(1.5, 1.5);                               \
  TEST_ASSERT_EQUAL_##NAME##_MESSAGE(-1.5, -1.5, "unseen");         \
  TEST_ASSERT_NOT_EQUAL_##NAME(1.5, 1.6);                           \
  TEST_ASSERT_NOT_EQUAL_##NAME##_MESSAGE(1.5, -1.5, "unseen");      \
  TEST_ASSERT_EQUAL_##NAME(kInfinity<F>, kInfinity<F>);             \
  TEST_ASSERT_EQUAL_##NAME(kNan<F>, kNan<F>);                       \
  TEST_ASSERT_NOT_EQUAL_##NAME(kInfinity<F>, -kInfinity<F>);        \
  TEST_ASSERT_NOT_EQUAL_##NAME(1.0, kNan<F>);
TEST_CASE("floating-point numbers close to each other are equal"){FOR_BOTH(NEAR)}

TEST_CASE("a float is equal within a hundred-thousandth, a double far closer") {
  TEST_ASSERT_EQUAL_FLOAT(100.0F, 100.0005F);
  TEST_ASSERT_NOT_EQUAL_FLOAT(100.0F, 100.005F);
  TEST_ASSERT_NOT_EQUAL_DOUBLE(100.0, 100.0005);
}

#define ORDERED(NAME, F)                                             \
  TEST_ASSERT_GREATER_THAN_##NAME(1.0, 1.5);                         \
  TEST_ASSERT_GREATER_THAN_##NAME##_MESSAGE(1.0, 1.5, "unseen");     \
  TEST_ASSERT_LESS_THAN_##NAME(1.0, 0.5);                            \
  TEST_ASSERT_LESS_THAN_##NAME##_MESSAGE(1.0, 0.5, "unseen");        \
  TEST_ASSERT_GREATER_OR_EQUAL_##NAME(1.0, 1.0);                     \
  TEST_ASSERT_GREATER_OR_EQUAL_##NAME##_MESSAGE(1.0, 1.5, "unseen"); \
  TEST_ASSERT_LESS_OR_EQUAL_##NAME(1.0, 1.0);                        \
  TEST_ASSERT_LESS_OR_EQUAL_##NAME##_MESSAGE(1.0, 0.5, "unseen");
TEST_CASE("floating-point numbers are ordered"){FOR_BOTH(ORDERED)}
#define ARRAYS(NAME, F)                                                         \
  {                                                                             \
    const F left[] = {1.0, 2.0};                                                \
    const F right[] = {1.0, 2.0};                                               \
    const F near[] = {F{1.25}, F{1.75}};                                        \
    const F ones[] = {1.0, 1.0};                                                \
    TEST_ASSERT_EQUAL_##NAME##_ARRAY(left, right, 2);                           \
    TEST_ASSERT_EQUAL_##NAME##_ARRAY_MESSAGE(left, right, 2, "unseen");         \
    TEST_ASSERT_##NAME##_ARRAY_WITHIN(0.5, left, near, 2);                      \
    TEST_ASSERT_##NAME##_ARRAY_WITHIN_MESSAGE(kInfinity<F>, left, ones, 2, ""); \
    TEST_ASSERT_EACH_EQUAL_##NAME(1.0, ones, 2);                                \
    TEST_ASSERT_EACH_EQUAL_##NAME##_MESSAGE(1.0, ones, 2, "unseen");            \
  }
TEST_CASE("arrays of floating-point numbers are compared element by element"){FOR_BOTH(ARRAYS)}

#define TRAITS(NAME, F)                                             \
  TEST_ASSERT_##NAME##_IS_INF(kInfinity<F>);                        \
  TEST_ASSERT_##NAME##_IS_INF_MESSAGE(kInfinity<F>, "unseen");      \
  TEST_ASSERT_##NAME##_IS_NEG_INF(-kInfinity<F>);                   \
  TEST_ASSERT_##NAME##_IS_NEG_INF_MESSAGE(-kInfinity<F>, "unseen"); \
  TEST_ASSERT_##NAME##_IS_NAN(kNan<F>);                             \
  TEST_ASSERT_##NAME##_IS_NAN_MESSAGE(kNan<F>, "unseen");           \
  TEST_ASSERT_##NAME##_IS_DETERMINATE(F{1});                        \
  TEST_ASSERT_##NAME##_IS_DETERMINATE_MESSAGE(F{1}, "unseen");      \
  TEST_ASSERT_##NAME##_IS_NOT_INF(-kInfinity<F>);                   \
  TEST_ASSERT_##NAME##_IS_NOT_INF_MESSAGE(F{1}, "unseen");          \
  TEST_ASSERT_##NAME##_IS_NOT_NEG_INF(kInfinity<F>);                \
  TEST_ASSERT_##NAME##_IS_NOT_NEG_INF_MESSAGE(F{1}, "unseen");      \
  TEST_ASSERT_##NAME##_IS_NOT_NAN(F{1});                            \
  TEST_ASSERT_##NAME##_IS_NOT_NAN_MESSAGE(kInfinity<F>, "unseen");  \
  TEST_ASSERT_##NAME##_IS_NOT_DETERMINATE(kNan<F>);                 \
  TEST_ASSERT_##NAME##_IS_NOT_DETERMINATE_MESSAGE(kInfinity<F>, "unseen");
TEST_CASE("infinity, NaN and numbers are told apart") {
  FOR_BOTH(TRAITS)
}
