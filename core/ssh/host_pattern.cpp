// SPDX-License-Identifier: MIT
#include "core/ssh/host_pattern.hpp"

#include <algorithm>
#include <vector>

namespace latchkey::ssh {
namespace {

constexpr std::size_t kMaxPattern = 1023;  // OpenSSH gives up on lists with longer ones

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::vector<std::string_view> split_list(std::string_view list) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto comma = list.find(',');
    parts.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

/// Goes back to the last * only, which is enough and cannot explode.
bool matches_pattern(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0;
  std::size_t n = 0;
  auto star = std::string_view::npos;
  std::size_t star_name = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++star_name;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool is_host_character(char c) noexcept {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view(".:_-%").find(c) != std::string_view::npos;
}

std::string to_lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), lower);
  return small;
}

bool matches_pattern_list(std::string_view list, std::string_view name) {
  bool matched = false;
  for (auto pattern : split_list(list)) {
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (pattern.size() > kMaxPattern) return false;
    if (!matches_pattern(pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

std::string without_name(std::string_view list, std::string_view name) {
  std::string rest;
  bool first = true;
  for (const auto part : split_list(list)) {
    if (to_lower(part) == name) continue;
    if (!first) rest += ',';
    rest += part;
    first = false;
  }
  return rest;
}

bool has_positive_pattern(std::string_view list) {
  const auto parts = split_list(list);
  return std::any_of(parts.begin(), parts.end(),
                     [](auto part) { return !part.empty() && !part.starts_with('!'); });
}

}  // namespace latchkey::ssh
