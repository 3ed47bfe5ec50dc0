// SPDX-License-Identifier: MIT
#include "host/host_block.hpp"

#include <fmt/format.h>
#include <strings.h>
#include <algorithm>
#include <vector>

#include "core/ssh/text_lines.hpp"

namespace latchkey::host {
namespace {

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::size_t kMaxAlias = 63;  // a label of the DNS

bool same_word(std::string_view left, std::string_view right) {
  return left.size() == right.size() && ::strncasecmp(left.data(), right.data(), left.size()) == 0;
}

/// The words of a line, as ssh_config(5) has them: `Key value` or `Key=value`, perhaps quoted.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto start = line.find_first_not_of(words.size() == 1 ? " \t\r\n=" : kBlank);
    if (start == std::string_view::npos || line[start] == '#') return words;
    line.remove_prefix(start);
    const bool quoted = line.front() == '"';
    if (quoted) line.remove_prefix(1);
    const auto stop =
        quoted ? line.find('"') : line.find_first_of(words.empty() ? " \t\r\n=" : kBlank);
    words.push_back(line.substr(0, stop));
    if (stop == std::string_view::npos) return words;
    line.remove_prefix(quoted ? stop + 1 : stop);
  }
}

bool starts_section(std::string_view line) {
  const auto words = words_of(line);
  return !words.empty() && (same_word(words[0], "host") || same_word(words[0], "match"));
}

bool is_comment(std::string_view line) {
  const auto start = line.find_first_not_of(kBlank);
  return start != std::string_view::npos && line[start] == '#';
}

std::string quoted(const std::string& path) {
  return path.find(' ') == std::string::npos ? path : "\"" + path + "\"";
}

}  // namespace

std::string HostBlock::format() const {
  auto text = fmt::format("Host {}\n    HostName {}\n", alias, hostname);
  if (port != 22) text += fmt::format("    Port {}\n", port);
  text += fmt::format("    User {}\n", user);
  if (!identity_file.empty()) text += fmt::format("    IdentityFile {}\n", quoted(identity_file));
  return text;
}

std::string alias_for(std::string_view host, bool is_address, std::string_view device) {
  const auto name = is_address ? device : host;
  const auto label = name.substr(0, name.find('.'));
  const bool plain = std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (label.empty() || label.size() > kMaxAlias || label.front() == '-' || !plain) return {};
  return std::string(label);
}

bool names_host(ByteView config, std::string_view alias) {
  for (const auto line : ssh::split_lines(as_text(config))) {
    const auto words = words_of(line);
    if (words.empty() || !same_word(words[0], "host")) continue;
    const auto names = [&](std::string_view word) { return same_word(word, alias); };
    if (std::any_of(words.begin() + 1, words.end(), names)) return true;
  }
  return false;
}

Bytes insert_block(ByteView config, const HostBlock& block) {
  const auto lines = ssh::split_lines(as_text(config));
  const auto section = std::ranges::find_if(lines, starts_section);
  auto place = section;
  while (section != lines.end() && place != lines.begin() && is_comment(*(place - 1))) --place;

  std::string text;
  for (auto line = lines.begin(); line != place; ++line) text += *line;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!text.empty() && !text.ends_with("\n\n")) text += '\n';
  text += block.format();
  if (place != lines.end()) text += '\n';
  for (auto line = place; line != lines.end(); ++line) text += *line;
  return to_bytes(as_bytes(text));
}

}  // namespace latchkey::host
