// SPDX-License-Identifier: MIT
// Every test here fails by design, once for each assertion or shape of message.
// check_reporter.py compares what the unity reporter says with failing.expected.txt.
#include <cstdint>
#include <limits>

#include "tests/unity/unity.hpp"

#define FAILS(name, statement) \
  TEST_CASE(name) {            \
    statement;                 \
    FAIL("not reached");       \
  }                            \
  static_assert(true, "")

namespace {

constexpr int kOneTwo[] = {1, 2};
constexpr int kOneThree[] = {1, 3};
constexpr std::int8_t kSmall[] = {-1, -2};
constexpr std::uint8_t kBytes[] = {0xFF, 0xFE};
constexpr std::uint16_t kWords[] = {0xFFFF, 0xFFFE};
constexpr std::uint64_t kLong[] = {1, 2};
constexpr char kLetters[] = {'a', '\n'};
constexpr float kFloats[] = {1.0F, 2.0F};
constexpr float kOtherFloats[] = {1.0F, 2.5F};
constexpr double kDoubles[] = {1.0, 2.0};
constexpr const char* kStrings[] = {"one", "two"};
constexpr const char* kOtherStrings[] = {"one", "three"};
constexpr const int* kNothing = nullptr;
constexpr const char* kNoText = nullptr;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

FAILS("a condition fails", TEST_ASSERT(1 == 2));
FAILS("a condition with a message fails", TEST_ASSERT_MESSAGE(1 == 2, "one is not two"));
FAILS("true fails", TEST_ASSERT_TRUE(false));
FAILS("true with a message fails", TEST_ASSERT_TRUE_MESSAGE(false, "wanted true"));
FAILS("unless fails", TEST_ASSERT_UNLESS(true));
FAILS("false fails", TEST_ASSERT_FALSE(true));
FAILS("null fails", TEST_ASSERT_NULL(kOneTwo));
FAILS("not null fails", TEST_ASSERT_NOT_NULL(kNothing));
FAILS("empty fails", TEST_ASSERT_EMPTY("a"));
FAILS("not empty fails", TEST_ASSERT_NOT_EMPTY(""));
FAILS("fail fails", TEST_FAIL());
FAILS("fail with a message fails", TEST_FAIL_MESSAGE("time is up: 12:30"));
FAILS("int fails", TEST_ASSERT_EQUAL_INT(1, 2));
FAILS("int with a message fails", TEST_ASSERT_EQUAL_INT_MESSAGE(-1, 2, "of the counter"));
FAILS("int8 fails", TEST_ASSERT_EQUAL_INT8(-128, 127));
FAILS("int16 fails", TEST_ASSERT_EQUAL_INT16(-32768, 32767));
FAILS("int32 fails", TEST_ASSERT_EQUAL_INT32(1, -1));
FAILS("int64 fails", TEST_ASSERT_EQUAL_INT64(std::numeric_limits<std::int64_t>::min(), 0));
FAILS("uint fails", TEST_ASSERT_EQUAL_UINT(1U, 2U));
FAILS("uint8 fails", TEST_ASSERT_EQUAL_UINT8(255, 0));
FAILS("uint16 fails", TEST_ASSERT_EQUAL_UINT16(65535, 0));
FAILS("uint32 fails", TEST_ASSERT_EQUAL_UINT32(4294967295U, 0));
FAILS("uint64 fails", TEST_ASSERT_EQUAL_UINT64(18446744073709551615U, 0));
FAILS("size_t fails", TEST_ASSERT_EQUAL_size_t(1, 2));
FAILS("hex fails", TEST_ASSERT_EQUAL_HEX(1, 2));
FAILS("hex8 fails", TEST_ASSERT_EQUAL_HEX8(0x01, 0x02));
FAILS("hex16 fails", TEST_ASSERT_EQUAL_HEX16(0xBEEF, 0xBEAD));
FAILS("hex32 fails", TEST_ASSERT_EQUAL_HEX32(0xDEADBEEF, 1));
FAILS("hex64 fails", TEST_ASSERT_EQUAL_HEX64(0x1122334455667788, 1));
FAILS("char fails", TEST_ASSERT_EQUAL_CHAR('a', '\x01'));
FAILS("ptr fails", TEST_ASSERT_EQUAL_PTR(nullptr, reinterpret_cast<void*>(0x10)));
FAILS("not equal fails", TEST_ASSERT_NOT_EQUAL_INT(1, 1));
FAILS("greater than fails", TEST_ASSERT_GREATER_THAN(2, 2));
FAILS("greater or equal fails", TEST_ASSERT_GREATER_OR_EQUAL_UINT8(2, 1));
FAILS("less than fails", TEST_ASSERT_LESS_THAN_INT8(-1, 0));
FAILS("less or equal fails", TEST_ASSERT_LESS_OR_EQUAL_HEX16(1, 2));
FAILS("order with a message fails", TEST_ASSERT_GREATER_THAN_CHAR_MESSAGE('b', 'a', "later"));
FAILS("bits fails", TEST_ASSERT_BITS(0xF0, 0xA0, 0x50));
FAILS("bits high fails", TEST_ASSERT_BITS_HIGH(3, 1));
FAILS("bits low fails", TEST_ASSERT_BITS_LOW(3, 1));
FAILS("bit high fails", TEST_ASSERT_BIT_HIGH(0, 2));
FAILS("bit low fails", TEST_ASSERT_BIT_LOW(31, 0x80000000));
FAILS("int within fails", TEST_ASSERT_INT_WITHIN(1, 5, 7));
FAILS("uint8 within fails", TEST_ASSERT_UINT8_WITHIN(1, 0, 255));
FAILS("hex16 within fails", TEST_ASSERT_HEX16_WITHIN_MESSAGE(0x10, 0x100, 0x200, "too far"));
FAILS("int array fails", TEST_ASSERT_EQUAL_INT_ARRAY(kOneTwo, kOneThree, 2));
FAILS("int array with a message fails",
      TEST_ASSERT_EQUAL_INT_ARRAY_MESSAGE(kOneTwo, kOneThree, 2, "row"));
FAILS("an array of nothing fails", TEST_ASSERT_EQUAL_INT_ARRAY(kOneTwo, kOneThree, 0));
FAILS("an array that is null fails", TEST_ASSERT_EQUAL_INT_ARRAY(kOneTwo, kNothing, 2));
FAILS("an array that should be null fails", TEST_ASSERT_EQUAL_INT_ARRAY(kNothing, kOneTwo, 2));
FAILS("each int8 fails", TEST_ASSERT_EACH_EQUAL_INT8(-1, kSmall, 2));
FAILS("each hex8 fails", TEST_ASSERT_EACH_EQUAL_HEX8(0xFF, kBytes, 2));
FAILS("each uint16 fails", TEST_ASSERT_EACH_EQUAL_UINT16(65535, kWords, 2));
FAILS("each uint64 fails", TEST_ASSERT_EACH_EQUAL_UINT64(1, kLong, 2));
FAILS("each char fails", TEST_ASSERT_EACH_EQUAL_CHAR('a', kLetters, 2));
FAILS("int array within fails", TEST_ASSERT_INT_ARRAY_WITHIN(0, kOneTwo, kOneThree, 2));
FAILS("float fails", TEST_ASSERT_EQUAL_FLOAT(0.1F, 0.2F));
FAILS("double fails", TEST_ASSERT_EQUAL_DOUBLE_MESSAGE(1e300, -1.5, "of the scale"));
FAILS("float within fails", TEST_ASSERT_FLOAT_WITHIN(0.5F, 1.0F, 2.0F));
FAILS("float not within fails", TEST_ASSERT_FLOAT_NOT_WITHIN(0.5F, 1.0F, 1.25F));
FAILS("not equal double fails", TEST_ASSERT_NOT_EQUAL_DOUBLE(1.0, 1.0));
FAILS("float greater than fails", TEST_ASSERT_GREATER_THAN_FLOAT(1.0F, 1.0F));
FAILS("double less or equal fails",
      TEST_ASSERT_LESS_OR_EQUAL_DOUBLE(1.0, std::numeric_limits<double>::quiet_NaN()));
FAILS("float array fails", TEST_ASSERT_EQUAL_FLOAT_ARRAY(kFloats, kOtherFloats, 2));
FAILS("each double fails", TEST_ASSERT_EACH_EQUAL_DOUBLE(1.0, kDoubles, 2));
FAILS("float array within fails", TEST_ASSERT_FLOAT_ARRAY_WITHIN(0.25F, kFloats, kOtherFloats, 2));
FAILS("infinity fails", TEST_ASSERT_FLOAT_IS_INF(-kInfinity));
FAILS("not infinity fails", TEST_ASSERT_FLOAT_IS_NOT_INF(kInfinity));
FAILS("nan fails", TEST_ASSERT_DOUBLE_IS_NAN(1.5));
FAILS("determinate fails",
      TEST_ASSERT_DOUBLE_IS_DETERMINATE(std::numeric_limits<double>::quiet_NaN()));
FAILS("string fails", TEST_ASSERT_EQUAL_STRING("abc", "abd"));
FAILS("string that is null fails", TEST_ASSERT_EQUAL_STRING_MESSAGE("abc", kNoText, "of the name"));
FAILS("string with a line end fails", TEST_ASSERT_EQUAL_STRING("a\n", "a\t"));
FAILS("not equal string fails", TEST_ASSERT_NOT_EQUAL_STRING("a", "a"));
FAILS("string len fails", TEST_ASSERT_EQUAL_STRING_LEN("abcdef", "abxdef", 3));
FAILS("string array fails", TEST_ASSERT_EQUAL_STRING_ARRAY(kStrings, kOtherStrings, 2));
FAILS("each string fails", TEST_ASSERT_EACH_EQUAL_STRING("one", kStrings, 2));
FAILS("memory fails", TEST_ASSERT_EQUAL_MEMORY("abc", "abd", 3));
FAILS("memory of no length fails", TEST_ASSERT_EQUAL_MEMORY("a", "b", 0));
FAILS("not equal memory fails", TEST_ASSERT_NOT_EQUAL_MEMORY("a", "a", 1));
FAILS("memory array fails",
      TEST_ASSERT_EQUAL_MEMORY_ARRAY_MESSAGE("abab", "abac", 2, 2, "of blocks"));
FAILS("each memory fails", TEST_ASSERT_EACH_EQUAL_MEMORY("ab", "abac", 2, 2));
