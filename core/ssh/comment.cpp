// SPDX-License-Identifier: MIT
#include "core/ssh/comment.hpp"

#include <algorithm>
#include <array>

namespace latchkey::ssh {
namespace {

constexpr char kInstead = '?';

struct Range {
  char32_t first;
  char32_t last;
};

/// What a terminal would act on, or what a reader cannot see.
constexpr std::array<Range, 11> kHidden{{
    {0x0000, 0x001f},    // C0
    {0x007f, 0x009f},    // DEL, C1
    {0x00ad, 0x00ad},    // soft hyphen
    {0x061c, 0x061c},    // Arabic letter mark
    {0x180b, 0x180f},    // Mongolian selectors and separator
    {0x200b, 0x200f},    // zero width, direction marks
    {0x2028, 0x202e},    // line and paragraph separators, direction
    {0x2060, 0x206f},    // word joiner, direction isolates
    {0xfeff, 0xfeff},    // byte order mark
    {0xfff9, 0xfffb},    // interlinear annotation
    {0xe0000, 0xe0fff},  // tags, selectors
}};

struct Character {
  char32_t code;
  std::size_t size;  ///< 0: not UTF-8
};

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {0, 0};
  char32_t code = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {0, 0};
    code = (code << 6U) | (byte(i) & 0x3fU);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kSmallest[size] || code > 0x10ffff || surrogate) return {0, 0};
  return {code, size};
}

bool is_hidden(char32_t code) noexcept {
  return std::any_of(kHidden.begin(), kHidden.end(), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::string sanitize_comment(std::string_view comment) {
  std::string clean;
  comment = trim(comment);
  while (!comment.empty() && clean.size() < kMaxComment) {
    const auto [code, size] = first_character(comment);
    if (size == 0 || is_hidden(code)) {
      clean += kInstead;
    } else if (clean.size() + size <= kMaxComment) {
      clean += comment.substr(0, size);
    } else {
      break;
    }
    comment.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return std::string(trim(clean));
}

}  // namespace latchkey::ssh
