// SPDX-License-Identifier: MIT
#include "firmware/config/nesting.hpp"

#include <algorithm>

namespace latchkey::config {
namespace {

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

/// How far the string or comment at the front of `text` reaches; 0 when there is none.
std::size_t skipped(std::string_view text) {
  if (text.front() == '#') return std::min(text.find('\n'), text.size());
  for (const std::string_view quote : {R"(""")", "'''", "\"", "'"}) {
    if (!starts_with(text, quote)) continue;
    const bool escapes = quote.front() == '"';
    const bool one_line = quote.size() == 1;
    for (auto at = quote.size(); at < text.size(); ++at) {
      if (starts_with(text.substr(at), quote)) return at + quote.size();
      if (one_line && text[at] == '\n') return at;
      if (escapes && text[at] == '\\') ++at;
    }
    return text.size();
  }
  return 0;
}

}  // namespace

std::optional<std::size_t> line_of_excess_dots(std::string_view toml) noexcept {
  std::size_t dots = 0;
  std::size_t line = 1;
  while (!toml.empty()) {
    const auto skip = skipped(toml);
    const auto step = skip == 0 ? 1 : skip;
    for (const char c : toml.substr(0, step)) line += c == '\n' ? 1 : 0;
    if (skip == 0 && toml.front() == '.' && ++dots > kMaxDots) return line;
    toml.remove_prefix(step);
  }
  return std::nullopt;
}

}  // namespace latchkey::config
