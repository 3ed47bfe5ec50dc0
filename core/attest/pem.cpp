// SPDX-License-Identifier: MIT
#include "core/attest/pem.hpp"

#include <optional>
#include <string>
#include <utility>

#include "core/crypto/base64.hpp"

namespace latchkey::attest {
namespace {

constexpr std::string_view kAnyBegin = "-----BEGIN ";
constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

std::string_view take_line(std::string_view& text) {
  const auto size = text.find('\n');
  auto line = text.substr(0, size);
  text.remove_prefix(size == std::string_view::npos ? text.size() : size + 1);
  const auto last = line.find_last_not_of(" \t\r");
  return line.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

Result<std::vector<Bytes>> read_pem_certificates(std::string_view text) {
  constexpr auto kDoing = "reading PEM certificates";
  std::vector<Bytes> certificates;
  std::optional<std::string> base64;  // of the block that is open
  while (!text.empty()) {
    const auto line = take_line(text);
    if (line.starts_with(kAnyBegin)) {
      if (base64 || line != kBegin) return fail(Errc::malformed, kDoing);
      base64.emplace();
    } else if (base64 && line == kEnd) {
      auto der = crypto::from_base64(*base64);
      if (!der) return fail(Errc::malformed, kDoing);
      certificates.push_back(*std::move(der));
      base64.reset();
    } else if (base64) {
      base64->append(line);
    }
  }
  if (base64 || certificates.empty()) return fail(Errc::malformed, kDoing);
  return certificates;
}

}  // namespace latchkey::attest
