// SPDX-License-Identifier: MIT
#include "core/text.hpp"

#include <cstdint>

namespace latchkey {
namespace {

constexpr std::size_t kNotPrintable = 0;

bool printable_code_point(std::uint32_t c) noexcept {
  if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return false;  // C0, DEL, C1
  if (c == 0x061c || c == 0x200e || c == 0x200f) return false;
  if (c >= 0x2028 && c <= 0x202e) return false;  // separators, bidirectional embedding
  if (c >= 0x2066 && c <= 0x2069) return false;  // bidirectional isolation
  return c != 0xfeff;
}

/// The bytes that the first character of `text` takes, or kNotPrintable.
std::size_t printable_size(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return printable_code_point(lead) ? 1 : kNotPrintable;

  std::size_t size = 0;
  std::uint32_t smallest = 0;
  std::uint32_t code_point = 0;
  if ((lead & 0xe0U) == 0xc0) {
    size = 2, smallest = 0x80, code_point = lead & 0x1fU;
  } else if ((lead & 0xf0U) == 0xe0) {
    size = 3, smallest = 0x800, code_point = lead & 0x0fU;
  } else if ((lead & 0xf8U) == 0xf0) {
    size = 4, smallest = 0x10000, code_point = lead & 0x07U;
  } else {
    return kNotPrintable;
  }
  if (size > text.size()) return kNotPrintable;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return kNotPrintable;
    code_point = (code_point << 6U) | (byte(i) & 0x3fU);
  }
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < smallest || code_point > 0x10ffff || surrogate) return kNotPrintable;
  return printable_code_point(code_point) ? size : kNotPrintable;
}

}  // namespace

bool is_printable(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto size = printable_size(text);
    if (size == kNotPrintable) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string make_printable(std::string_view text, std::size_t max_bytes) {
  std::string clean;
  while (!text.empty()) {
    const auto size = printable_size(text);
    const auto taken = size == kNotPrintable ? 1 : size;
    if (clean.size() + taken > max_bytes) break;
    clean += size == kNotPrintable ? std::string_view("?") : text.substr(0, size);
    text.remove_prefix(taken);
  }
  return clean;
}

}  // namespace latchkey
