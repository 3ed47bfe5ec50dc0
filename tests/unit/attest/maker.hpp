// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>

#include "core/bytes.hpp"
#include "core/time.hpp"

/// A test CA over OpenSSL: nothing of what it makes comes from the code that judges it.
namespace latchkey::attest::test {

inline constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2030} / 6 / 15}};

class Key final {
 public:
  [[nodiscard]] static Key ec(const char* curve = "P-256");
  [[nodiscard]] static Key rsa(unsigned bits = 2048);
  [[nodiscard]] static Key ed25519();

  /// ECDSA in DER, RSA PKCS#1 v1.5, or Ed25519; `hash` is not for the last.
  [[nodiscard]] Bytes sign(ByteView message, const char* hash = "SHA256") const;
  /// An uncompressed point, or the 32 bytes of Ed25519.
  [[nodiscard]] Bytes point() const;
  [[nodiscard]] EVP_PKEY* get() const noexcept { return key_.get(); }

 private:
  explicit Key(EVP_PKEY* key);
  std::shared_ptr<EVP_PKEY> key_;
};

/// What a certificate says; by itself a leaf that keeps all rules.
struct CertificateSpec {
  std::optional<std::string> country = "SE";
  std::optional<std::string> organization = "Test Maker";
  std::optional<std::string> unit = "Authenticator Attestation";
  std::optional<std::string> common_name = "Test Key Serial 1";
  bool version_3 = true;
  std::optional<std::string> basic_constraints = "critical,CA:FALSE";  ///< OpenSSL's words
  std::optional<std::string> key_usage = std::nullopt;
  std::optional<Bytes> aaguid = std::nullopt;  ///< DER inside the extension
  bool aaguid_critical = false;
  bool aaguid_twice = false;
  WallTime not_before = kNow - std::chrono::days{365};
  WallTime not_after = kNow + std::chrono::days{365};
  const char* hash = "SHA256";
};

/// The value of the AAGUID extension as WebAuthn asks for it.
[[nodiscard]] Bytes aaguid_value(ByteView aaguid);

struct Certified {
  Key key;
  Bytes der;
};

/// A CA's certificate: self-signed, or by another.
[[nodiscard]] CertificateSpec authority(const std::string& common_name,
                                        const std::string& constraints = "critical,CA:TRUE");
[[nodiscard]] Certified self_signed(const CertificateSpec& spec, const Key& key = Key::ec());
[[nodiscard]] Certified issue(const Certified& issuer, const CertificateSpec& spec,
                              const Key& key = Key::ec());
[[nodiscard]] std::string pem(ByteView der);

}  // namespace latchkey::attest::test
