// SPDX-License-Identifier: MIT
// Two numbers that are to be equal; bits of a number.
#pragma once

#include "tests/unity/macros/here.hpp"
#include "tests/unity/numbers.hpp"

#define UNITY_EQUAL_(at, kind, expected, actual)                                           \
  ::latchkey::unity::equal(at, ::latchkey::unity::kind, ::latchkey::unity::wide(expected), \
                           ::latchkey::unity::wide(actual))
#define UNITY_BITS_(at, mask, expected, actual)                                                 \
  ::latchkey::unity::bits(at, ::latchkey::unity::wide(mask), ::latchkey::unity::wide(expected), \
                          ::latchkey::unity::wide(actual))
#define UNITY_BIT_(bit) (::latchkey::unity::Wide{1} << static_cast<unsigned>(bit))
#define UNITY_ALL_BITS_ (~::latchkey::unity::Wide{0})

// One macro a line reads best, however long.
// clang-format off
#define TEST_ASSERT_EQUAL(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kInt, expected, actual)
#define TEST_ASSERT_EQUAL_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kInt, expected, actual)
#define TEST_ASSERT_EQUAL_INT(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kInt, expected, actual)
#define TEST_ASSERT_EQUAL_INT_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kInt, expected, actual)
#define TEST_ASSERT_EQUAL_INT8(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kInt8, expected, actual)
#define TEST_ASSERT_EQUAL_INT8_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kInt8, expected, actual)
#define TEST_ASSERT_EQUAL_INT16(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kInt16, expected, actual)
#define TEST_ASSERT_EQUAL_INT16_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kInt16, expected, actual)
#define TEST_ASSERT_EQUAL_INT32(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kInt32, expected, actual)
#define TEST_ASSERT_EQUAL_INT32_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kInt32, expected, actual)
#define TEST_ASSERT_EQUAL_INT64(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kInt64, expected, actual)
#define TEST_ASSERT_EQUAL_INT64_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kInt64, expected, actual)
#define TEST_ASSERT_EQUAL_UINT(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kUint, expected, actual)
#define TEST_ASSERT_EQUAL_UINT_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kUint, expected, actual)
#define TEST_ASSERT_EQUAL_UINT8(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kUint8, expected, actual)
#define TEST_ASSERT_EQUAL_UINT8_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kUint8, expected, actual)
#define TEST_ASSERT_EQUAL_UINT16(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kUint16, expected, actual)
#define TEST_ASSERT_EQUAL_UINT16_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kUint16, expected, actual)
#define TEST_ASSERT_EQUAL_UINT32(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kUint32, expected, actual)
#define TEST_ASSERT_EQUAL_UINT32_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kUint32, expected, actual)
#define TEST_ASSERT_EQUAL_UINT64(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kUint64, expected, actual)
#define TEST_ASSERT_EQUAL_UINT64_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kUint64, expected, actual)
#define TEST_ASSERT_EQUAL_size_t(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kSize, expected, actual)
#define TEST_ASSERT_EQUAL_size_t_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kSize, expected, actual)
#define TEST_ASSERT_EQUAL_HEX(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kHex32, expected, actual)
#define TEST_ASSERT_EQUAL_HEX_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kHex32, expected, actual)
#define TEST_ASSERT_EQUAL_HEX8(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kHex8, expected, actual)
#define TEST_ASSERT_EQUAL_HEX8_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kHex8, expected, actual)
#define TEST_ASSERT_EQUAL_HEX16(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kHex16, expected, actual)
#define TEST_ASSERT_EQUAL_HEX16_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kHex16, expected, actual)
#define TEST_ASSERT_EQUAL_HEX32(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kHex32, expected, actual)
#define TEST_ASSERT_EQUAL_HEX32_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kHex32, expected, actual)
#define TEST_ASSERT_EQUAL_HEX64(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kHex64, expected, actual)
#define TEST_ASSERT_EQUAL_HEX64_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kHex64, expected, actual)
#define TEST_ASSERT_EQUAL_CHAR(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kChar, expected, actual)
#define TEST_ASSERT_EQUAL_CHAR_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kChar, expected, actual)
#define TEST_ASSERT_EQUAL_PTR(expected, actual) UNITY_EQUAL_(UNITY_HERE_, kPointer, expected, actual)
#define TEST_ASSERT_EQUAL_PTR_MESSAGE(expected, actual, message) UNITY_EQUAL_(UNITY_SAYING_(message), kPointer, expected, actual)

#define TEST_ASSERT_BITS(mask, expected, actual) UNITY_BITS_(UNITY_HERE_, mask, expected, actual)
#define TEST_ASSERT_BITS_MESSAGE(mask, expected, actual, message) UNITY_BITS_(UNITY_SAYING_(message), mask, expected, actual)
#define TEST_ASSERT_BITS_HIGH(mask, actual) UNITY_BITS_(UNITY_HERE_, mask, UNITY_ALL_BITS_, actual)
#define TEST_ASSERT_BITS_HIGH_MESSAGE(mask, actual, message) UNITY_BITS_(UNITY_SAYING_(message), mask, UNITY_ALL_BITS_, actual)
#define TEST_ASSERT_BITS_LOW(mask, actual) UNITY_BITS_(UNITY_HERE_, mask, 0U, actual)
#define TEST_ASSERT_BITS_LOW_MESSAGE(mask, actual, message) UNITY_BITS_(UNITY_SAYING_(message), mask, 0U, actual)
#define TEST_ASSERT_BIT_HIGH(bit, actual) UNITY_BITS_(UNITY_HERE_, UNITY_BIT_(bit), UNITY_ALL_BITS_, actual)
#define TEST_ASSERT_BIT_HIGH_MESSAGE(bit, actual, message) UNITY_BITS_(UNITY_SAYING_(message), UNITY_BIT_(bit), UNITY_ALL_BITS_, actual)
#define TEST_ASSERT_BIT_LOW(bit, actual) UNITY_BITS_(UNITY_HERE_, UNITY_BIT_(bit), 0U, actual)
#define TEST_ASSERT_BIT_LOW_MESSAGE(bit, actual, message) UNITY_BITS_(UNITY_SAYING_(message), UNITY_BIT_(bit), 0U, actual)
