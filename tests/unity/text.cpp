// SPDX-License-Identifier: MIT
#include "tests/unity/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "tests/unity/numbers.hpp"

namespace latchkey::unity {

namespace {

std::string quoted(const char* text, std::size_t length = std::string::npos) {
  if (text == nullptr) {
    return "NULL";
  }
  return "'" + std::string(text, std::min(length, std::strlen(text))) + "'";
}

bool same(const char* expected, const char* actual) {
  if (expected == nullptr || actual == nullptr) {
    return expected == actual;
  }
  return std::strcmp(expected, actual) == 0;
}

std::string differs(const char* expected, const char* actual) {
  return "Expected " + quoted(expected) + " Was " + quoted(actual);
}

/// Compares one block; `prefix` says which, where there is more than one.
void compare_block(const At& at, const std::string& prefix, const std::uint8_t* expected,
                   const std::uint8_t* actual, std::size_t length) {
  for (std::size_t index = 0; index < length; ++index) {
    if (expected[index] != actual[index]) {
      failed(at, "Memory Mismatch. " + prefix + "Byte " + std::to_string(index) + " Expected " +
                     shown(kHex8, expected[index], 1) + " Was " + shown(kHex8, actual[index], 1));
    }
  }
}

void compare_blocks(const At& at, const void* expected, const void* actual, std::size_t length,
                    std::size_t count, std::size_t expected_step) {
  if (length == 0) {
    failed(at, kPointless);
  }
  if (!comparable(at, expected, actual, count)) {
    return passed();
  }
  const auto* want = static_cast<const std::uint8_t*>(expected);
  const auto* got = static_cast<const std::uint8_t*>(actual);
  for (std::size_t index = 0; index < count; ++index) {
    const auto prefix = count > 1 ? "Element " + std::to_string(index) + " " : std::string{};
    compare_block(at, prefix, want + index * expected_step, got + index * length, length);
  }
  passed();
}

}  // namespace

void equal_string(const At& at, const char* expected, const char* actual) {
  if (same(expected, actual)) {
    return passed();
  }
  failed(at, differs(expected, actual));
}

void not_equal_string(const At& at, const char* expected, const char* actual) {
  if (!same(expected, actual)) {
    return passed();
  }
  failed(at, "Expected " + quoted(actual) + " to be not equal to " + quoted(expected));
}

void equal_string_len(const At& at, const char* expected, const char* actual, std::size_t length) {
  const bool both = expected != nullptr && actual != nullptr;
  if (both ? std::strncmp(expected, actual, length) == 0 : expected == actual) {
    return passed();
  }
  failed(at, "Expected " + quoted(expected, length) + " Was " + quoted(actual, length));
}

void equal_string_array(const At& at, const char* const* expected, const char* const* actual,
                        std::size_t count) {
  if (!comparable(at, expected, actual, count)) {
    return passed();
  }
  for (std::size_t index = 0; index < count; ++index) {
    if (!same(expected[index], actual[index])) {
      failed(at,
             "Element " + std::to_string(index) + " " + differs(expected[index], actual[index]));
    }
  }
  passed();
}

void each_equal_string(const At& at, const char* expected, const char* const* actual,
                       std::size_t count) {
  if (!comparable(at, &expected, actual, count)) {
    return passed();
  }
  for (std::size_t index = 0; index < count; ++index) {
    if (!same(expected, actual[index])) {
      failed(at, "Element " + std::to_string(index) + " " + differs(expected, actual[index]));
    }
  }
  passed();
}

void equal_memory(const At& at, const void* expected, const void* actual, std::size_t length,
                  std::size_t count) {
  compare_blocks(at, expected, actual, length, count, length);
}

void each_equal_memory(const At& at, const void* expected, const void* actual, std::size_t length,
                       std::size_t count) {
  compare_blocks(at, expected, actual, length, count, 0);
}

void not_equal_memory(const At& at, const void* expected, const void* actual, std::size_t length) {
  if (length == 0) {
    failed(at, kPointless);
  }
  const bool both = expected != nullptr && actual != nullptr;
  if (both ? std::memcmp(expected, actual, length) != 0 : expected != actual) {
    return passed();
  }
  failed(at, "Expected memory to be different");
}

void holds(const At& at, bool condition, const char* why) {
  if (condition) {
    return passed();
  }
  if (at.message == nullptr) {
    failed(at, why);
  }
  // Unity shows the message instead of the usual words here, not behind them.
  failed(At(at.file, at.line), at.message);
}

}  // namespace latchkey::unity
