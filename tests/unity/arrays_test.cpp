// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstring>

#include "tests/unity/unity.hpp"

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
  DO(CHAR, char)

#define ARRAY(NAME, T)                                                     \
  {                                                                        \
    const T left[] = {1, 2, 3};                                            \
    const T right[] = {1, 2, 3};                                           \
    const T sevens[] = {7, 7};                                             \
    const T near[] = {2, 1, 4};                                            \
    TEST_ASSERT_EQUAL_##NAME##_ARRAY(left, right, 3);                      \
    TEST_ASSERT_EQUAL_##NAME##_ARRAY_MESSAGE(left, right, 3, "unseen");    \
    TEST_ASSERT_EACH_EQUAL_##NAME(7, sevens, 2);                           \
    TEST_ASSERT_EACH_EQUAL_##NAME##_MESSAGE(7, sevens, 2, "unseen");       \
    TEST_ASSERT_##NAME##_ARRAY_WITHIN(1, left, near, 3);                   \
    TEST_ASSERT_##NAME##_ARRAY_WITHIN_MESSAGE(1, left, near, 3, "unseen"); \
  }
TEST_CASE("arrays of every kind are compared element by element"){FOR_ALL_KINDS(ARRAY)}

TEST_CASE("only the stated number of elements is looked at") {
  const int left[] = {1, 2, 3};
  const int right[] = {1, 2, 4};
  TEST_ASSERT_EQUAL_INT_ARRAY(left, right, 2);
}

TEST_CASE("an array equals itself, and so do two null pointers") {
  const int* nothing = nullptr;
  TEST_ASSERT_EQUAL_INT_ARRAY(nothing, nothing, 4);
}

TEST_CASE("negative elements keep their sign") {
  const std::int8_t numbers[] = {-1, -1};
  TEST_ASSERT_EACH_EQUAL_INT8(-1, numbers, 2);
}

TEST_CASE("arrays of pointers are compared by address") {
  const int number = 1;
  const int* left[] = {&number, nullptr};
  const int* right[] = {&number, nullptr};
  const int* same[] = {&number, &number};
  TEST_ASSERT_EQUAL_PTR_ARRAY(left, right, 2);
  TEST_ASSERT_EQUAL_PTR_ARRAY_MESSAGE(left, right, 2, "unseen");
  TEST_ASSERT_EACH_EQUAL_PTR(&number, same, 2);
  TEST_ASSERT_EACH_EQUAL_PTR_MESSAGE(&number, same, 2, "unseen");
}

TEST_CASE("strings are compared by their characters") {
  const char left[] = "same";
  const char right[] = "same";
  const char* nothing = nullptr;
  TEST_ASSERT_EQUAL_STRING(left, right);
  TEST_ASSERT_EQUAL_STRING_MESSAGE(left, right, "unseen");
  TEST_ASSERT_EQUAL_STRING(nothing, nothing);
  TEST_ASSERT_NOT_EQUAL_STRING("same", "other");
  TEST_ASSERT_NOT_EQUAL_STRING_MESSAGE("same", nothing, "unseen");
  TEST_ASSERT_EQUAL_STRING_LEN("samething", "sameness", 4);
  TEST_ASSERT_EQUAL_STRING_LEN_MESSAGE("same", "same", 100, "unseen");
}

TEST_CASE("arrays of strings are compared by their characters") {
  const char left[] = "one";
  const char* expected[] = {left, "two", nullptr};
  const char* actual[] = {"one", "two", nullptr};
  const char* ones[] = {"one", left};
  TEST_ASSERT_EQUAL_STRING_ARRAY(expected, actual, 3);
  TEST_ASSERT_EQUAL_STRING_ARRAY_MESSAGE(expected, actual, 3, "unseen");
  TEST_ASSERT_EACH_EQUAL_STRING("one", ones, 2);
  TEST_ASSERT_EACH_EQUAL_STRING_MESSAGE("one", ones, 2, "unseen");
}

TEST_CASE("memory is compared byte by byte, in blocks where there are several") {
  TEST_ASSERT_EQUAL_MEMORY("abc", "abd", 2);
  TEST_ASSERT_EQUAL_MEMORY_MESSAGE("abc", "abc", 3, "unseen");
  TEST_ASSERT_NOT_EQUAL_MEMORY("abc", "abd", 3);
  TEST_ASSERT_NOT_EQUAL_MEMORY_MESSAGE("abc", "abd", 3, "unseen");
  TEST_ASSERT_EQUAL_MEMORY_ARRAY("abcabd", "abcabd", 3, 2);
  TEST_ASSERT_EQUAL_MEMORY_ARRAY_MESSAGE("abcabd", "abcabd", 3, 2, "unseen");
  TEST_ASSERT_EACH_EQUAL_MEMORY("ab", "abab", 2, 2);
  TEST_ASSERT_EACH_EQUAL_MEMORY_MESSAGE("ab", "abab", 2, 2, "unseen");
}
