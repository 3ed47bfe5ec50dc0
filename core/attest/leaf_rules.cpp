// SPDX-License-Identifier: MIT
#include "core/attest/leaf_rules.hpp"

#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>

namespace latchkey::attest {
namespace {

using namespace std::string_view_literals;

/// 1.3.6.1.4.1.45724.1.1.4, id-fido-gen-ce-aaguid
constexpr auto kAaguidOid = "\x2b\x06\x01\x04\x01\x82\xe5\x1c\x01\x01\x04"sv;
constexpr std::array<std::uint8_t, 2> kAaguidHead{MBEDTLS_ASN1_OCTET_STRING, 16};
constexpr int kVersion3 = 3;
constexpr std::size_t kCountry = 2;  // ISO 3166-1 alpha-2

std::optional<std::string> break_of_subject(const Certificate& leaf) {
  const auto part = [&](std::string_view oid) { return leaf.subject_attribute(oid).value_or(""); };
  if (part(MBEDTLS_OID_AT_ORG_UNIT) != "Authenticator Attestation") {
    return "its certificate is not one for attestation (OU is not \"Authenticator Attestation\")";
  }
  if (part(MBEDTLS_OID_AT_COUNTRY).size() != kCountry) return "its certificate names no country";
  if (part(MBEDTLS_OID_AT_ORGANIZATION).empty()) return "its certificate names no maker";
  if (part(MBEDTLS_OID_AT_CN).empty()) return "its certificate has no common name";
  return std::nullopt;
}

std::optional<std::string> break_of_aaguid(const Certificate& leaf, const Aaguid& aaguid) {
  const auto extension = leaf.extension(kAaguidOid);
  if (!extension) return std::nullopt;
  if (extension->critical || leaf.has_twice(kAaguidOid)) {
    return "its certificate's AAGUID extension is malformed";
  }
  const auto value = extension->value;
  const auto head = value.first(std::min(value.size(), kAaguidHead.size()));
  const auto rest = value.subspan(head.size());
  if (!std::ranges::equal(head, kAaguidHead) || rest.size() != aaguid.size()) {
    return "its certificate's AAGUID extension is malformed";
  }
  if (!std::ranges::equal(rest, aaguid)) return "its certificate is for another model (AAGUID)";
  return std::nullopt;
}

std::optional<std::string> break_of_packed_rules(const Certificate& leaf, const Aaguid& aaguid) {
  if (leaf.version() != kVersion3) return "its certificate is not of X.509 version 3";
  if (auto broken = break_of_subject(leaf)) return broken;
  if (!leaf.extension(MBEDTLS_OID_BASIC_CONSTRAINTS)) {
    return "its certificate lacks basic constraints";
  }
  return break_of_aaguid(leaf, aaguid);
}

}  // namespace

std::optional<std::string> break_of_leaf_rules(Format format, const Certificate& leaf,
                                               const Aaguid& aaguid) {
  if (leaf.is_ca()) return "its certificate is a CA's, not an authenticator's";
  if (!leaf.may_sign()) return "its certificate's key usage does not let it sign";
  if (format == Format::packed) return break_of_packed_rules(leaf, aaguid);
  if (leaf.key() != CertificateKey::p256) return "its certificate's key is not of P-256";
  return std::nullopt;
}

}  // namespace latchkey::attest
