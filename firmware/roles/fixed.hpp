// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

/// Fixed-size fields of the messages between latchkeyd and its roles: trivially copyable, so
/// that reading one is a length check and a copy, never a parse.
namespace latchkey::roles {

/// Up to Size bytes of anything.
template <std::size_t Size>
struct FixedBytes {
  static_assert(Size <= UINT16_MAX);
  std::uint16_t length = 0;
  std::array<std::uint8_t, Size> data{};

  /// False, and nothing changed, when it does not fit.
  [[nodiscard]] bool assign(ByteView bytes) noexcept {
    if (bytes.size() > Size) return false;
    std::copy(bytes.begin(), bytes.end(), data.begin());
    length = static_cast<std::uint16_t>(bytes.size());
    return true;
  }
  /// Reads no further than the field, whatever the length that arrived.
  [[nodiscard]] ByteView view() const noexcept {
    return {data.data(), std::min<std::size_t>(length, Size)};
  }
  [[nodiscard]] Bytes bytes() const { return to_bytes(view()); }
};

/// Up to Size bytes of text.
template <std::size_t Size>
struct FixedText {
  FixedBytes<Size> raw;

  [[nodiscard]] bool assign(std::string_view text) noexcept { return raw.assign(as_bytes(text)); }
  /// Cuts what does not fit, between two characters of UTF-8.
  void assign_cut(std::string_view text) noexcept {
    constexpr unsigned kKind = 0xc0;
    constexpr unsigned kContinuation = 0x80;
    std::size_t end = std::min(text.size(), Size);
    while (end > 0 && end < text.size() &&
           (static_cast<unsigned char>(text[end]) & kKind) == kContinuation) {
      --end;
    }
    (void)raw.assign(as_bytes(text.substr(0, end)));
  }
  [[nodiscard]] std::string_view view() const noexcept { return as_text(raw.view()); }
  [[nodiscard]] std::string str() const { return std::string(view()); }
};

}  // namespace latchkey::roles
