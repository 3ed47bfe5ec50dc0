// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "tests/unity/outcome.hpp"

namespace latchkey::unity {

/// How a kind of number is shown.
enum class Style { decimal, natural, hexadecimal, character };

/// A kind of number: its style, the bytes that count when it is compared on its own, and the
/// bytes of an element in an array (Unity widens INT and UINT to 64 bits on their own).
struct Kind {
  Style style;
  std::size_t bytes;
  std::size_t element_bytes = bytes;
};

inline constexpr Kind kInt{Style::decimal, 8, sizeof(int)};
inline constexpr Kind kInt8{Style::decimal, 1};
inline constexpr Kind kInt16{Style::decimal, 2};
inline constexpr Kind kInt32{Style::decimal, 4};
inline constexpr Kind kInt64{Style::decimal, 8};
inline constexpr Kind kUint{Style::natural, 8, sizeof(unsigned)};
inline constexpr Kind kUint8{Style::natural, 1};
inline constexpr Kind kUint16{Style::natural, 2};
inline constexpr Kind kUint32{Style::natural, 4};
inline constexpr Kind kUint64{Style::natural, 8};
inline constexpr Kind kSize{Style::natural, sizeof(std::size_t)};
inline constexpr Kind kHex8{Style::hexadecimal, 1};
inline constexpr Kind kHex16{Style::hexadecimal, 2};
inline constexpr Kind kHex32{Style::hexadecimal, 4};
inline constexpr Kind kHex64{Style::hexadecimal, 8};
inline constexpr Kind kPointer{Style::hexadecimal, sizeof(void*)};
inline constexpr Kind kChar{Style::character, 1};

/// A number as 64 bits in two's complement; what a Kind does not count is cut off later.
using Wide = std::uint64_t;

/// Any integer, enumeration, boolean or pointer as Wide.
template <class T>
[[nodiscard]] Wide wide(T value) {
  if constexpr (std::is_pointer_v<T>) {
    return reinterpret_cast<std::uintptr_t>(value);
  } else if constexpr (std::is_null_pointer_v<T>) {
    return 0;
  } else {
    static_assert(!std::is_floating_point_v<T>, "use the FLOAT or DOUBLE assertions");
    return static_cast<Wide>(value);
  }
}

enum class Order { not_equal, greater_than, less_than, greater_or_equal, less_or_equal };

void equal(const At& at, Kind kind, Wide expected, Wide actual);
void ordered(const At& at, Kind kind, Order order, Wide threshold, Wide actual);
void within(const At& at, Kind kind, Wide delta, Wide expected, Wide actual);
/// Only the bits of `mask` count.
void bits(const At& at, Wide mask, Wide expected, Wide actual);

/// Arrays of `count` elements. Zero elements fail: that test tests nothing.
void equal_array(const At& at, Kind kind, const void* expected, const void* actual,
                 std::size_t count);
void each_equal(const At& at, Kind kind, Wide expected, const void* actual, std::size_t count);
void array_within(const At& at, Kind kind, Wide delta, const void* expected, const void* actual,
                  std::size_t count);

/// The part of a number that counts, sign-extended where the kind has a sign.
[[nodiscard]] Wide narrowed(Kind kind, Wide value, std::size_t bytes);
/// `a` as this kind is smaller than `b`.
[[nodiscard]] bool smaller(Kind kind, Wide a, Wide b);
/// "-3", "3", "0x0003", "'c'"
[[nodiscard]] std::string shown(Kind kind, Wide value, std::size_t bytes);

}  // namespace latchkey::unity
