// SPDX-License-Identifier: MIT
// Strings and memory.
#pragma once

#include "tests/unity/macros/here.hpp"
#include "tests/unity/text.hpp"

// One macro a line reads best, however long.
// clang-format off
#define TEST_ASSERT_EQUAL_STRING(expected, actual) UNITY_CALL_(equal_string, UNITY_HERE_, expected, actual)
#define TEST_ASSERT_EQUAL_STRING_MESSAGE(expected, actual, message) UNITY_CALL_(equal_string, UNITY_SAYING_(message), expected, actual)
#define TEST_ASSERT_NOT_EQUAL_STRING(expected, actual) UNITY_CALL_(not_equal_string, UNITY_HERE_, expected, actual)
#define TEST_ASSERT_NOT_EQUAL_STRING_MESSAGE(expected, actual, message) UNITY_CALL_(not_equal_string, UNITY_SAYING_(message), expected, actual)
#define TEST_ASSERT_EQUAL_STRING_LEN(expected, actual, len) UNITY_CALL_(equal_string_len, UNITY_HERE_, expected, actual, len)
#define TEST_ASSERT_EQUAL_STRING_LEN_MESSAGE(expected, actual, len, message) UNITY_CALL_(equal_string_len, UNITY_SAYING_(message), expected, actual, len)
#define TEST_ASSERT_EQUAL_STRING_ARRAY(expected, actual, num_elements) UNITY_CALL_(equal_string_array, UNITY_HERE_, expected, actual, num_elements)
#define TEST_ASSERT_EQUAL_STRING_ARRAY_MESSAGE(expected, actual, num_elements, message) UNITY_CALL_(equal_string_array, UNITY_SAYING_(message), expected, actual, num_elements)
#define TEST_ASSERT_EACH_EQUAL_STRING(expected, actual, num_elements) UNITY_CALL_(each_equal_string, UNITY_HERE_, expected, actual, num_elements)
#define TEST_ASSERT_EACH_EQUAL_STRING_MESSAGE(expected, actual, num_elements, message) UNITY_CALL_(each_equal_string, UNITY_SAYING_(message), expected, actual, num_elements)

#define TEST_ASSERT_EQUAL_MEMORY(expected, actual, len) UNITY_CALL_(equal_memory, UNITY_HERE_, expected, actual, len, 1)
#define TEST_ASSERT_EQUAL_MEMORY_MESSAGE(expected, actual, len, message) UNITY_CALL_(equal_memory, UNITY_SAYING_(message), expected, actual, len, 1)
#define TEST_ASSERT_NOT_EQUAL_MEMORY(expected, actual, len) UNITY_CALL_(not_equal_memory, UNITY_HERE_, expected, actual, len)
#define TEST_ASSERT_NOT_EQUAL_MEMORY_MESSAGE(expected, actual, len, message) UNITY_CALL_(not_equal_memory, UNITY_SAYING_(message), expected, actual, len)
#define TEST_ASSERT_EQUAL_MEMORY_ARRAY(expected, actual, len, num_elements) UNITY_CALL_(equal_memory, UNITY_HERE_, expected, actual, len, num_elements)
#define TEST_ASSERT_EQUAL_MEMORY_ARRAY_MESSAGE(expected, actual, len, num_elements, message) UNITY_CALL_(equal_memory, UNITY_SAYING_(message), expected, actual, len, num_elements)
#define TEST_ASSERT_EACH_EQUAL_MEMORY(expected, actual, len, num_elements) UNITY_CALL_(each_equal_memory, UNITY_HERE_, expected, actual, len, num_elements)
#define TEST_ASSERT_EACH_EQUAL_MEMORY_MESSAGE(expected, actual, len, num_elements, message) UNITY_CALL_(each_equal_memory, UNITY_SAYING_(message), expected, actual, len, num_elements)
