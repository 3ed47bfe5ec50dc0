// SPDX-License-Identifier: MIT
#include "firmware/config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <vector>

#include "core/crypto/base64.hpp"

namespace latchkey::config {
namespace {

constexpr std::array<std::string_view, 7> kKeyTypes{
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
};

constexpr std::size_t kMaxAccount = 32;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxPath = 1023;
constexpr std::size_t kMaxGuessed = 64;
constexpr std::uint32_t kMaxDays = 36'500;

// Of our own, since those of <cctype> depend on the locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// How many letters must change, go, come or swap places (optimal string alignment).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = from[i - 1] == to[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + changed});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last.back();
}

}  // namespace

std::span<const std::string_view> known_key_types() noexcept { return kKeyTypes; }

bool is_account(std::string_view text) {
  if (text == "@first") return true;
  if (text.empty() || text.size() > kMaxAccount) return false;
  if (!is_letter(text.front()) && text.front() != '_') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
  });
}

bool is_fingerprint(std::string_view text) {
  constexpr std::string_view kPrefix = "SHA256:";
  constexpr std::size_t kHashLength = 43;
  if (text.substr(0, kPrefix.size()) != kPrefix) return false;
  const auto hash = text.substr(kPrefix.size());
  return hash.size() == kHashLength && crypto::from_base64(std::string(hash) + '=').has_value();
}

std::optional<std::uint32_t> parse_validity_days(std::string_view text) {
  if (text.empty()) return 0;
  const char unit = text.back();
  if (unit != 'd' && unit != 'w') return std::nullopt;
  const auto digits = text.substr(0, text.size() - 1);
  const std::uint32_t days_each = unit == 'w' ? 7 : 1;
  std::uint32_t count = 0;
  const auto [end, why] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (why != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (count < 1 || count > kMaxDays / days_each) return std::nullopt;
  return count * days_each;
}

bool is_device_name(std::string_view text) {
  // U+0080..9F; U+200E, 200F; U+2028..202E; U+2066..2069: what could forge or turn a line.
  constexpr std::array<std::string_view, 3> kLeads{"\xc2", "\xe2\x80", "\xe2\x81"};
  if (text.size() > kMaxName || std::any_of(text.begin(), text.end(), is_control)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const auto lead : kLeads) {
      if (text.substr(i, lead.size()) != lead || i + lead.size() >= text.size()) continue;
      const auto last = static_cast<unsigned char>(text[i + lead.size()]);
      const bool c1 = lead == kLeads[0] && last <= 0x9f;
      const bool mark = lead == kLeads[1] && (last == 0x8e || last == 0x8f);
      const bool separator = lead == kLeads[1] && last >= 0xa8 && last <= 0xae;
      const bool isolate = lead == kLeads[2] && last >= 0xa6 && last <= 0xa9;
      if (c1 || mark || separator || isolate) return false;
    }
  }
  return true;
}

bool is_absolute_path(std::string_view text) {
  return !text.empty() && text.front() == '/' && text.size() <= kMaxPath &&
         std::none_of(text.begin(), text.end(), is_control);
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  if (word.size() > kMaxGuessed) return std::nullopt;
  std::optional<std::string_view> best;
  auto best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto candidate : candidates) {
    const auto steps = distance(word, candidate);
    // Never a word of which nothing is left.
    if (steps >= best_distance || steps >= candidate.size()) continue;
    best = candidate;
    best_distance = steps;
  }
  return best;
}

std::string printable(std::string_view text, std::size_t max) {
  auto length = std::min(text.size(), max);
  // Not in the middle of a character: continuation bytes are 10xxxxxx.
  while (length < text.size() && length > 0 &&
         (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) {
    --length;
  }
  std::string shown(text.substr(0, length));
  std::replace_if(shown.begin(), shown.end(), is_control, '?');
  if (length < text.size()) shown += "…";
  return shown;
}

}  // namespace latchkey::config
