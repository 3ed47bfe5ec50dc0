// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/attest/certificate.hpp"

namespace latchkey::attest {

inline constexpr std::size_t kMaxStore = 64;          ///< certificates in a store
inline constexpr std::size_t kMaxPem = 256UL * 1024;  ///< bytes of one PEM text

/// What is told of a certificate: for people.
struct CertificateInfo {
  std::string subject;  ///< the common name, printable
  std::string issuer;
  WallTime not_before{};
  WallTime not_after{};
  std::string fingerprint;  ///< SHA-256, hexadecimal
};

/// Certificates that attestation may end at (roots), or pass through (intermediates). Read from PEM
/// texts, one or many certificates each. A root need not be self-signed: who trusts no more than
/// one of a maker's intermediates adds that one.
class CertificateStore final {
 public:
  /// Adds all of a PEM text or nothing; what is there already counts once. Errc::malformed,
  /// too_large (kMaxPem, kMaxStore), refused (no CA), crypto. Tells what the text holds.
  [[nodiscard]] Result<std::vector<CertificateInfo>> add_pem(std::string_view pem);
  [[nodiscard]] const std::vector<CertificateInfo>& list() const noexcept { return list_; }
  /// In the order of list().
  [[nodiscard]] const std::vector<Certificate>& certificates() const noexcept {
    return certificates_;
  }

 private:
  std::vector<Certificate> certificates_;
  std::vector<CertificateInfo> list_;
};

}  // namespace latchkey::attest
