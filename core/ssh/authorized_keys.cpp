// SPDX-License-Identifier: MIT
#include "core/ssh/authorized_keys.hpp"

#include <algorithm>

#include "core/ssh/comment.hpp"
#include "core/ssh/public_key_line.hpp"
#include "core/ssh/words.hpp"

namespace latchkey::ssh {
namespace {

using Kind = AuthorizedLine::Kind;

/// As sshd does: a key where one can be read, else options and then a key.
void read_entry(AuthorizedLine& line, std::string_view text) {
  line.key = cut_key(text);
  if (!line.key) {
    const auto list = cut_key_options(text);
    if (!list) return;
    skip_spaces(text);
    line.key = cut_key(text);
    if (!line.key) return;
    line.option_text = *list;
    line.options_valid = parse_key_options(*list).has_value();
  }
  line.kind = Kind::entry;
  line.comment = sanitize_comment(text);
}

AuthorizedLine read_line(std::string_view raw) {
  AuthorizedLine line;
  line.raw = raw;
  auto text = line_text(raw);
  skip_spaces(text);
  if (text.empty()) {
    line.kind = Kind::blank;
  } else if (text.starts_with('#')) {
    line.kind = Kind::comment;
  } else {
    read_entry(line, text);
  }
  return line;
}

}  // namespace

std::vector<KeyOption> AuthorizedLine::options() const {
  return parse_key_options(option_text).value_or(std::vector<KeyOption>{});
}

bool AuthorizedLine::is_expired(WallTime now, std::chrono::seconds utc_offset) const {
  const auto given = options();
  return std::any_of(given.begin(), given.end(), [&](const KeyOption& option) {
    if (option.name != "expiry-time") return false;
    const auto expiry = Expiry::parse(option.value.value_or(""));
    return expiry && expiry->is_over(now, utc_offset);
  });
}

Result<AuthorizedKeys> AuthorizedKeys::parse(ByteView file) {
  if (auto fits = check_text_size(file, "reading authorized_keys"); !fits) {
    return fail(std::move(fits));
  }
  AuthorizedKeys keys;
  for (const auto raw : split_lines(as_text(file))) keys.lines_.push_back(read_line(raw));
  return keys;
}

Bytes AuthorizedKeys::bytes() const {
  Bytes bytes;
  for (const auto& line : lines_) bytes.insert(bytes.end(), line.raw.begin(), line.raw.end());
  return bytes;
}

std::vector<const AuthorizedLine*> AuthorizedKeys::find(const PublicKey& key) const {
  std::vector<const AuthorizedLine*> found;
  for (const auto& line : lines_) {
    if (line.key == key) found.push_back(&line);
  }
  return found;
}

Result<std::string> compose_line(const LineOptions& options, const PublicKey& key,
                                 std::string_view comment) {
  if (key.type() == KeyType::certificate) {
    return fail(Errc::unsupported, "writing a certificate into authorized_keys");
  }
  auto list = options.format();
  if (!list) return fail(std::move(list));
  if (!list->empty()) *list += ' ';
  return *list + format_public_key(key, comment);
}

}  // namespace latchkey::ssh
