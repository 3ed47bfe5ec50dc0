// SPDX-License-Identifier: MIT
#include "host/printable.hpp"

#include "core/ssh/comment.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxSentence = 400;

bool continues(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string printable(std::string_view text) {
  // sanitize_comment cuts and trims: give it one character at a time, which it judges whole.
  std::string clean;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && size < 4 && continues(text[size])) ++size;
    const auto character = text.substr(0, size);
    clean += character == " " ? " " : ssh::sanitize_comment(character);
    text.remove_prefix(size);
  }
  return clean;
}

std::string one_line(std::string_view text) {
  std::string joined;
  bool between = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\t') {
      between = !joined.empty();
      continue;
    }
    if (between) joined += ' ';
    between = false;
    joined += c;
  }
  if (joined.size() > kMaxSentence) {
    auto from = joined.size() - kMaxSentence;
    while (from < joined.size() && continues(joined[from])) ++from;
    joined = "…" + joined.substr(from);
  }
  return printable(joined);
}

}  // namespace latchkey::host
