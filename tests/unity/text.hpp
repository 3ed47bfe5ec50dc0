// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "tests/unity/outcome.hpp"

namespace latchkey::unity {

/// What a comparison of nothing fails with: such a test would pass whatever the code does.
inline constexpr const char* kPointless = "You Asked Me To Compare Nothing, Which Was Pointless.";

/// Before two arrays are compared: fails on zero elements and on one null pointer; false when
/// both are the same address, and so equal.
[[nodiscard]] bool comparable(const At& at, const void* expected, const void* actual,
                              std::size_t count);

/// Strings end with NUL and may be null; two nulls are equal.
void equal_string(const At& at, const char* expected, const char* actual);
void not_equal_string(const At& at, const char* expected, const char* actual);
/// At most `length` characters count.
void equal_string_len(const At& at, const char* expected, const char* actual, std::size_t length);
void equal_string_array(const At& at, const char* const* expected, const char* const* actual,
                        std::size_t count);
void each_equal_string(const At& at, const char* expected, const char* const* actual,
                       std::size_t count);

/// `count` blocks of `length` bytes each.
void equal_memory(const At& at, const void* expected, const void* actual, std::size_t length,
                  std::size_t count);
void not_equal_memory(const At& at, const void* expected, const void* actual, std::size_t length);
/// Every block is the same as the one at `expected`.
void each_equal_memory(const At& at, const void* expected, const void* actual, std::size_t length,
                       std::size_t count);

/// A condition; `why` is what is shown when it does not hold and no message was given.
void holds(const At& at, bool condition, const char* why);

}  // namespace latchkey::unity
