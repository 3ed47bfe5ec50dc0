// SPDX-License-Identifier: MIT
#include "hal/fido/pin.hpp"

#include <algorithm>

namespace latchkey::fido {
namespace {

constexpr std::size_t kMinCodePoints = 4;

/// How many bytes the code point at the front takes; 0: it is none (RFC 3629 section 4).
std::size_t code_point_size(ByteView text) noexcept {
  struct Row {
    std::uint8_t first, last;  ///< of the first byte
    std::uint8_t low, high;    ///< of the second byte
    std::size_t size;
  };
  constexpr Row kRows[]{{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
                        {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
                        {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
  const auto first = text.front();
  if (first < 0x80) return 1;
  for (const auto& row : kRows) {
    if (first < row.first || first > row.last) continue;
    if (text.size() < row.size || text[1] < row.low || text[1] > row.high) return 0;
    const auto rest = text.subspan(2, row.size - 2);
    const bool continues =
        std::all_of(rest.begin(), rest.end(), [](auto byte) { return (byte & 0xC0U) == 0x80; });
    return continues ? row.size : 0;
  }
  return 0;
}

}  // namespace

std::optional<Pin> Pin::from(std::string_view typed) {
  if (typed.size() > kMaxBytes || typed.find('\0') != std::string_view::npos) return std::nullopt;
  std::size_t code_points = 0;
  for (auto rest = as_bytes(typed); !rest.empty(); ++code_points) {
    const auto size = code_point_size(rest);
    if (size == 0) return std::nullopt;
    rest = rest.subspan(size);
  }
  if (code_points < kMinCodePoints) return std::nullopt;
  Pin pin;
  std::copy(typed.begin(), typed.end(), pin.text_.bytes().begin());
  pin.size_ = typed.size();
  return pin;
}

const char* Pin::c_str() const noexcept {
  return reinterpret_cast<const char*>(text_.bytes().data());
}

ByteView Pin::bytes() const noexcept { return ByteView(text_.bytes()).first(size_); }

}  // namespace latchkey::fido
