// SPDX-License-Identifier: MIT
#include "core/attest/trust.hpp"

#include <algorithm>
#include <utility>

#include "core/attest/pem.hpp"
#include "core/crypto/hash.hpp"

namespace latchkey::attest {
namespace {

Result<CertificateInfo> describe(const Certificate& certificate) {
  const auto hash = crypto::sha256(certificate.der());
  if (!hash) return tl::make_unexpected(hash.error());
  return CertificateInfo{.subject = certificate.common_name(),
                         .issuer = certificate.issuer_common_name(),
                         .not_before = certificate.not_before(),
                         .not_after = certificate.not_after(),
                         .fingerprint = to_hex(*hash)};
}

}  // namespace

Result<std::vector<CertificateInfo>> CertificateStore::add_pem(std::string_view pem) {
  if (pem.size() > kMaxPem) return fail(Errc::too_large, "reading PEM certificates");
  auto ders = read_pem_certificates(pem);
  if (!ders) return fail(std::move(ders));
  std::vector<CertificateInfo> told;
  std::vector<Certificate> fresh;
  std::vector<CertificateInfo> fresh_list;
  const auto known = [](const auto& list, const CertificateInfo& info) {
    return std::ranges::find(list, info.fingerprint, &CertificateInfo::fingerprint) != list.end();
  };
  for (const auto& der : *ders) {
    auto certificate = Certificate::parse(der);
    if (!certificate) return fail(std::move(certificate));
    if (!certificate->is_ca()) {
      return fail(Errc::refused, "\"" + certificate->common_name() + "\" is no CA's certificate");
    }
    auto info = describe(*certificate);
    if (!info) return fail(std::move(info));
    told.push_back(*info);
    if (known(list_, *info) || known(fresh_list, *info)) continue;
    fresh.push_back(*std::move(certificate));
    fresh_list.push_back(*std::move(info));
  }
  if (certificates_.size() + fresh.size() > kMaxStore) {
    return fail(Errc::too_large, "keeping certificates");
  }
  std::ranges::move(fresh, std::back_inserter(certificates_));
  std::ranges::move(fresh_list, std::back_inserter(list_));
  return told;
}

}  // namespace latchkey::attest
