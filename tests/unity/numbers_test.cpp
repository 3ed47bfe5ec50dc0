// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>

#include "tests/unity/unity.hpp"

namespace {

/// The ends of a type's range, where widening or sign extension would show.
template <class T>
constexpr T kLowest = std::numeric_limits<T>::min();
template <class T>
constexpr T kHighest = std::numeric_limits<T>::max();

enum class Colour : std::uint8_t { red = 3 };

}  // namespace

// Unity takes a character for a signed one, also where char has no sign (ARM).
// The macros differ by their names alone, so a family is tested by one macro over all kinds.
#define FOR_ALL_KINDS(DO)   \
  DO(INT, int)              \
  DO(INT8, std::int8_t)     \
  DO(INT16, std::int16_t)   \
  DO(INT32, std::int32_t)   \
  DO(INT64, std::int64_t)   \
  DO(UINT, unsigned)        \
  DO(UINT8, std::uint8_t)   \
  DO(UINT16, std::uint16_t) \
  DO(UINT32, std::uint32_t) \
  DO(UINT64, std::uint64_t) \
  DO(size_t, std::size_t)   \
  DO(HEX, std::uint32_t)    \
  DO(HEX8, std::uint8_t)    \
  DO(HEX16, std::uint16_t)  \
  DO(HEX32, std::uint32_t)  \
  DO(HEX64, std::uint64_t)  \
  DO(CHAR, std::int8_t)

#define EQUAL(NAME, T)                                                    \
  TEST_ASSERT_EQUAL_##NAME(kLowest<T>, kLowest<T>);                       \
  TEST_ASSERT_EQUAL_##NAME##_MESSAGE(kHighest<T>, kHighest<T>, "unseen"); \
  TEST_ASSERT_NOT_EQUAL_##NAME(kLowest<T>, kHighest<T>);                  \
  TEST_ASSERT_NOT_EQUAL_##NAME##_MESSAGE(kHighest<T>, kLowest<T>, "unseen");
TEST_CASE("equal numbers of every kind pass, at both ends of the range"){FOR_ALL_KINDS(EQUAL)}
#define ORDERED(NAME, T)                                                     \
  TEST_ASSERT_GREATER_THAN_##NAME(kLowest<T>, kHighest<T>);                  \
  TEST_ASSERT_GREATER_THAN_##NAME##_MESSAGE(kLowest<T>, T{1}, "unseen");     \
  TEST_ASSERT_LESS_THAN_##NAME(kHighest<T>, kLowest<T>);                     \
  TEST_ASSERT_LESS_THAN_##NAME##_MESSAGE(kHighest<T>, T{1}, "unseen");       \
  TEST_ASSERT_GREATER_OR_EQUAL_##NAME(kHighest<T>, kHighest<T>);             \
  TEST_ASSERT_GREATER_OR_EQUAL_##NAME##_MESSAGE(kLowest<T>, T{1}, "unseen"); \
  TEST_ASSERT_LESS_OR_EQUAL_##NAME(kLowest<T>, kLowest<T>);                  \
  TEST_ASSERT_LESS_OR_EQUAL_##NAME##_MESSAGE(kHighest<T>, T{1}, "unseen");
TEST_CASE("numbers of every kind are ordered as their type is"){FOR_ALL_KINDS(ORDERED)}

#define WITHIN(NAME, T)                       \
  TEST_ASSERT_##NAME##_WITHIN(1, T{5}, T{6}); \
  TEST_ASSERT_##NAME##_WITHIN(1, T{6}, T{5}); \
  TEST_ASSERT_##NAME##_WITHIN_MESSAGE(0, kLowest<T>, kLowest<T>, "unseen");
TEST_CASE("numbers of every kind within the distance pass"){FOR_ALL_KINDS(WITHIN)}

TEST_CASE("the widest distance fits, however far apart the numbers") {
  TEST_ASSERT_INT64_WITHIN(kHighest<std::uint64_t>, kLowest<std::int64_t>, kHighest<std::int64_t>);
}

TEST_CASE("names without a type compare 64 bits") {
  TEST_ASSERT_EQUAL(-1, std::int64_t{-1});
  TEST_ASSERT_EQUAL_MESSAGE(-1, -1, "unseen");
  TEST_ASSERT_NOT_EQUAL(1, std::int64_t{1} << 32);
  TEST_ASSERT_NOT_EQUAL_MESSAGE(1, 2, "unseen");
  TEST_ASSERT_GREATER_THAN(-1, 0);
  TEST_ASSERT_GREATER_THAN_MESSAGE(-1, 0, "unseen");
  TEST_ASSERT_LESS_THAN(0, -1);
  TEST_ASSERT_LESS_THAN_MESSAGE(0, -1, "unseen");
  TEST_ASSERT_GREATER_OR_EQUAL(-1, -1);
  TEST_ASSERT_GREATER_OR_EQUAL_MESSAGE(-1, -1, "unseen");
  TEST_ASSERT_LESS_OR_EQUAL(-1, -1);
  TEST_ASSERT_LESS_OR_EQUAL_MESSAGE(-1, -1, "unseen");
}

TEST_CASE("a number is cut to the kind that it is compared as") {
  TEST_ASSERT_EQUAL_UINT8(0xFF, -1);
  TEST_ASSERT_EQUAL_INT8(-1, 0xFF);
  TEST_ASSERT_EQUAL_HEX16(0x2345, 0x12345);
}

TEST_CASE("enumerations and booleans are numbers too") {
  TEST_ASSERT_EQUAL_INT(3, Colour::red);
  TEST_ASSERT_EQUAL_UINT8(1, true);
}

TEST_CASE("pointers are compared by address") {
  const int pair[2] = {1, 1};
  TEST_ASSERT_EQUAL_PTR(&pair[0], pair);
  TEST_ASSERT_EQUAL_PTR_MESSAGE(nullptr, nullptr, "unseen");
  TEST_ASSERT_NOT_EQUAL_PTR(&pair[0], &pair[1]);
  TEST_ASSERT_NOT_EQUAL_PTR_MESSAGE(&pair[0], nullptr, "unseen");
}

TEST_CASE("only the bits of the mask count") {
  TEST_ASSERT_BITS(0xF0, 0xA5, 0xAA);
  TEST_ASSERT_BITS_MESSAGE(0xF0, 0xA5, 0xAA, "unseen");
  TEST_ASSERT_BITS_HIGH(0x81, 0xFF);
  TEST_ASSERT_BITS_HIGH_MESSAGE(0x81, 0xFF, "unseen");
  TEST_ASSERT_BITS_LOW(0x81, 0x7E);
  TEST_ASSERT_BITS_LOW_MESSAGE(0x81, 0x7E, "unseen");
  TEST_ASSERT_BIT_HIGH(7, 0x80);
  TEST_ASSERT_BIT_HIGH_MESSAGE(63, kLowest<std::int64_t>, "unseen");
  TEST_ASSERT_BIT_LOW(7, 0x7F);
  TEST_ASSERT_BIT_LOW_MESSAGE(63, 1, "unseen");
}
