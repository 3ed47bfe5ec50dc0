// SPDX-License-Identifier: MIT
#include "core/ssh/armor.hpp"

#include <algorithm>

#include "core/crypto/base64.hpp"

namespace latchkey::ssh {
namespace {

constexpr std::size_t kColumns = 70;

std::string mark(std::string_view what, std::string_view label) {
  return "-----" + std::string(what) + ' ' + std::string(label) + "-----";
}

bool is_line_end(char c) noexcept { return c == '\r' || c == '\n'; }

}  // namespace

std::string wrap_armor(std::string_view label, ByteView bytes) {
  std::string text = mark("BEGIN", label) + '\n';
  const auto base64 = crypto::to_base64(bytes);
  for (std::size_t at = 0; at < base64.size(); at += kColumns) {
    text += base64.substr(at, kColumns);
    text += '\n';
  }
  return text + mark("END", label) + '\n';
}

Result<Bytes> unwrap_armor(std::string_view label, std::string_view text) {
  const auto doing = "reading an " + std::string(label) + " block";
  if (text.size() > kMaxArmor) return fail(Errc::too_large, doing);
  const auto begin = mark("BEGIN", label);
  const auto end = '\n' + mark("END", label);
  if (!text.starts_with(begin)) return fail(Errc::malformed, doing);
  text.remove_prefix(begin.size());
  const auto stop = text.find(end);
  if (stop == std::string_view::npos) return fail(Errc::truncated, doing);
  if (text.substr(stop + end.size()).find_first_not_of(" \t\r\n") != std::string_view::npos) {
    return fail(Errc::trailing_bytes, doing);
  }
  std::string base64(text.substr(0, stop));
  base64.erase(std::remove_if(base64.begin(), base64.end(), is_line_end), base64.end());
  auto bytes = crypto::from_base64(base64);
  if (!bytes) return fail(Errc::malformed, doing);
  return bytes;
}

}  // namespace latchkey::ssh
