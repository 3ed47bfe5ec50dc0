// SPDX-License-Identifier: MIT
#include "firmware/keyfile/line_changes.hpp"

#include <map>
#include <string_view>

#include "core/ssh/text_lines.hpp"

namespace latchkey::keyfile {
namespace {

std::string_view without_feed(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

/// How often each line is there.
std::map<std::string_view, std::size_t> counted(std::string_view text) {
  std::map<std::string_view, std::size_t> counts;
  for (const auto line : ssh::split_lines(text)) ++counts[without_feed(line)];
  return counts;
}

/// The lines of `text` that `other` holds fewer of; of equal lines the last count as more.
std::vector<std::string> surplus(std::string_view text, std::string_view other) {
  auto in_other = counted(other);
  std::vector<std::string> lines;
  for (const auto line : ssh::split_lines(text)) {
    auto& left = in_other[without_feed(line)];
    if (left > 0) {
      --left;
    } else {
      lines.emplace_back(without_feed(line));
    }
  }
  return lines;
}

}  // namespace

LineChanges LineChanges::between(ByteView before, ByteView after) {
  return {.added = surplus(as_text(after), as_text(before)),
          .removed = surplus(as_text(before), as_text(after))};
}

Bytes LineChanges::applied_to(ByteView file) const {
  std::map<std::string_view, std::size_t> unwanted;
  for (const auto& line : removed) ++unwanted[line];
  Bytes result;
  result.reserve(file.size());
  for (const auto line : ssh::split_lines(as_text(file))) {
    const auto found = unwanted.find(without_feed(line));
    if (found != unwanted.end() && found->second > 0) {
      --found->second;
    } else {
      result.insert(result.end(), line.begin(), line.end());
    }
  }
  if (!added.empty() && !result.empty() && result.back() != '\n') result.push_back('\n');
  for (const auto& line : added) {
    result.insert(result.end(), line.begin(), line.end());
    result.push_back('\n');
  }
  return result;
}

}  // namespace latchkey::keyfile
