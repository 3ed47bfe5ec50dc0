// SPDX-License-Identifier: MIT
#include "core/ssh/words.hpp"

#include <algorithm>
#include <string>

#include "core/crypto/base64.hpp"

namespace latchkey::ssh {
namespace {

constexpr std::string_view kBetweenWords = " \t";
constexpr std::string_view kLineEnds = "\r\n";

bool is_white(char c) noexcept { return c == '\r' || c == '\n' || c == '\v' || c == '\f'; }

}  // namespace

void skip_spaces(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(kBetweenWords), text.size()));
}

std::string_view cut_word(std::string_view& text) noexcept {
  const auto word = text.substr(0, text.find_first_of(kBetweenWords));
  text.remove_prefix(word.size());
  skip_spaces(text);
  return word;
}

std::optional<PublicKey> cut_key(std::string_view& text) {
  auto rest = text;
  const auto type = cut_word(rest);
  std::string base64(cut_word(rest));
  base64.erase(std::remove_if(base64.begin(), base64.end(), is_white), base64.end());
  // No key is longer, and a file may hold megabytes of nonsense.
  if (base64.empty() || base64.size() > kMaxBlob * 2) return std::nullopt;
  const auto blob = crypto::from_base64(base64);
  if (!blob) return std::nullopt;
  auto key = PublicKey::parse(*blob);
  if (!key || key->type_name() != type) return std::nullopt;
  text = rest;
  return *std::move(key);
}

std::string_view line_text(std::string_view raw) noexcept {
  const auto text = raw.substr(0, raw.find('\0'));
  return text.substr(0, text.find_last_not_of(kLineEnds) + 1);
}

}  // namespace latchkey::ssh
