// SPDX-License-Identifier: MIT
#include "core/ssh/text_lines.hpp"

#include <algorithm>

namespace latchkey::ssh {

Result<void> check_text_size(ByteView text, std::string_view doing) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  if (text.size() > kMaxTextFile || lines > kMaxTextLines) {
    return fail(Errc::too_large, std::string(doing));
  }
  return {};
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end == std::string_view::npos ? end : end + 1);
    lines.push_back(line);
    text.remove_prefix(line.size());
  }
  return lines;
}

Bytes append_line(ByteView old, std::string_view line) {
  Bytes bytes;
  bytes.reserve(old.size() + line.size() + 2);
  bytes.insert(bytes.end(), old.begin(), old.end());
  if (!old.empty() && old.back() != '\n') bytes.push_back('\n');
  bytes.insert(bytes.end(), line.begin(), line.end());
  bytes.push_back('\n');
  return bytes;
}

Result<Bytes> remove_line(ByteView old, std::string_view line) {
  const auto text = as_text(old);
  for (std::size_t end = text.size(); end > 0;) {
    // The last character of a line may be its own line end.
    const auto before = end > 1 ? text.rfind('\n', end - 2) : std::string_view::npos;
    const auto start = before == std::string_view::npos ? 0 : before + 1;
    auto candidate = text.substr(start, end - start);
    if (candidate.ends_with('\n')) candidate.remove_suffix(1);
    if (candidate == line) {
      Bytes rest = to_bytes(old.first(start));
      const auto behind = old.subspan(end);
      rest.insert(rest.end(), behind.begin(), behind.end());
      return rest;
    }
    end = start;
  }
  return fail(Errc::not_found, "taking a line out");
}

}  // namespace latchkey::ssh
