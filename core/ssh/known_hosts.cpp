// SPDX-License-Identifier: MIT
#include "core/ssh/known_hosts.hpp"

#include <algorithm>
#include <array>

#include "core/crypto/base64.hpp"
#include "core/crypto/hash.hpp"
#include "core/ssh/comment.hpp"
#include "core/ssh/host_pattern.hpp"
#include "core/ssh/public_key_line.hpp"
#include "core/ssh/words.hpp"

namespace latchkey::ssh {
namespace {

using Kind = KnownHostLine::Kind;
using Marker = KnownHostLine::Marker;

constexpr std::string_view kHashMagic = "|1|";
constexpr std::size_t kSaltSize = 20;  // that of the hash, SHA-1

Result<std::string> hash_name(std::string_view name, ByteView salt) {
  const auto hash = crypto::hmac_sha1(salt, as_bytes(name));
  if (!hash) return tl::make_unexpected(hash.error());
  return std::string(kHashMagic) + crypto::to_base64(salt) + '|' + crypto::to_base64(*hash);
}

bool matches_hash(std::string_view hosts, std::string_view name) {
  if (!hosts.starts_with(kHashMagic)) return false;
  const auto salt_text = hosts.substr(kHashMagic.size());
  const auto salt = crypto::from_base64(salt_text.substr(0, salt_text.find('|')));
  if (!salt || salt->size() != kSaltSize) return false;
  const auto hashed = hash_name(name, *salt);
  return hashed && *hashed == hosts;
}

/// False where a marker is none that ssh knows.
bool cut_marker(std::string_view& text, Marker& marker) {
  if (!text.starts_with('@')) return true;
  const auto word = cut_word(text);
  if (word == "@cert-authority") marker = Marker::cert_authority;
  if (word == "@revoked") marker = Marker::revoked;
  return marker != Marker::none && !text.starts_with('@');
}

KnownHostLine read_line(std::string_view raw) {
  KnownHostLine line;
  line.raw = raw;
  auto text = line_text(raw);
  skip_spaces(text);
  if (text.empty()) {
    line.kind = Kind::blank;
    return line;
  }
  if (text.starts_with('#')) {
    line.kind = Kind::comment;
    return line;
  }
  if (!cut_marker(text, line.marker)) return line;
  line.hosts = cut_word(text);
  line.key = cut_key(text);
  if (!line.key) return line;
  line.kind = Kind::entry;
  line.comment = sanitize_comment(text);
  return line;
}

/// A line of its own would be read as something else if it began like this.
bool can_begin_line(std::string_view hosts) noexcept { return hosts.find_first_of("#@|") != 0; }

}  // namespace

bool KnownHostLine::matches(std::string_view name) const {
  if (kind != Kind::entry) return false;
  return is_hashed() ? matches_hash(hosts, name) : matches_pattern_list(hosts, name);
}

Result<std::string> host_name(std::string_view host, std::uint16_t port) {
  const bool legal = !host.empty() && host.size() <= kMaxHostName && !host.starts_with('-') &&
                     port != 0 && std::all_of(host.begin(), host.end(), is_host_character);
  if (!legal) return fail(Errc::malformed, "naming a host");
  const auto name = to_lower(host);
  return port == kSshPort ? name : '[' + name + "]:" + std::to_string(port);
}

Result<KnownHosts> KnownHosts::parse(ByteView file) {
  if (auto fits = check_text_size(file, "reading known_hosts"); !fits) {
    return fail(std::move(fits));
  }
  KnownHosts hosts;
  for (const auto raw : split_lines(as_text(file))) hosts.lines_.push_back(read_line(raw));
  return hosts;
}

Bytes KnownHosts::bytes() const {
  Bytes bytes;
  for (const auto& line : lines_) bytes.insert(bytes.end(), line.raw.begin(), line.raw.end());
  return bytes;
}

std::vector<const KnownHostLine*> KnownHosts::find(std::string_view name) const {
  std::vector<const KnownHostLine*> found;
  for (const auto& line : lines_) {
    if (line.matches(name)) found.push_back(&line);
  }
  return found;
}

KnownHosts::Removal KnownHosts::without(std::string_view name) const {
  Removal removal;
  const auto keep = [&removal](std::string_view raw) {
    removal.bytes.insert(removal.bytes.end(), raw.begin(), raw.end());
  };
  for (const auto& line : lines_) {
    if (line.marker != Marker::none || !line.matches(name)) {
      keep(line.raw);
      continue;
    }
    const auto rest = line.is_hashed() ? std::string() : without_name(line.hosts, name);
    if (rest != line.hosts) ++removal.removed;
    if (!has_positive_pattern(rest) || !can_begin_line(rest)) continue;
    auto raw = line.raw;
    raw.replace(raw.find(line.hosts), line.hosts.size(), rest);
    if (matches_pattern_list(rest, name)) ++removal.patterns;
    keep(raw);
  }
  return removal;
}

std::string compose_known_host(std::string_view name, const PublicKey& key) {
  return std::string(name) + ' ' + format_public_key(key, {});
}

Result<std::string> compose_hashed_host(std::string_view name, const PublicKey& key,
                                        crypto::Random& random) {
  std::array<std::uint8_t, kSaltSize> salt{};
  if (auto filled = random.fill(salt); !filled) return fail(std::move(filled));
  auto hashed = hash_name(name, salt);
  if (!hashed) return fail(std::move(hashed));
  return compose_known_host(*hashed, key);
}

}  // namespace latchkey::ssh
