// SPDX-License-Identifier: MIT
#include "core/attest/aaguid.hpp"

#include <algorithm>

namespace latchkey::attest {
namespace {

constexpr std::size_t kTextSize = 36;
constexpr std::array<std::size_t, 4> kHyphens{8, 13, 18, 23};  // where they stand in the text

}  // namespace

std::string format_aaguid(const Aaguid& aaguid) {
  auto text = to_hex(aaguid);
  for (const auto hyphen : kHyphens) text.insert(hyphen, 1, '-');
  return text;
}

Result<Aaguid> parse_aaguid(std::string_view text) {
  constexpr auto kDoing = "reading an AAGUID";
  if (text.size() != kTextSize) return fail(Errc::malformed, kDoing);
  std::string digits(text);
  for (const auto hyphen : kHyphens) {
    if (digits[hyphen] != '-') return fail(Errc::malformed, kDoing);
  }
  std::erase(digits, '-');
  const auto bytes = from_hex(digits);
  Aaguid aaguid{};
  if (!bytes || bytes->size() != aaguid.size()) return fail(Errc::malformed, kDoing);
  std::ranges::copy(*bytes, aaguid.begin());
  return aaguid;
}

}  // namespace latchkey::attest
