// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/time.hpp"

struct mbedtls_x509_crt;

namespace latchkey::attest {

enum class CertificateKey : std::uint8_t { p256, p384, p521, rsa, other };

/// One X.509 certificate (RFC 5280), parsed by mbedTLS and by nobody believed yet. Views point into
/// it.
class Certificate final {
 public:
  /// Exactly one certificate: nothing behind, no critical extension that mbedTLS does not know.
  /// Errc::too_large (kMaxCertificate), malformed.
  [[nodiscard]] static Result<Certificate> parse(ByteView der);
  ~Certificate();
  Certificate(Certificate&&) noexcept;
  Certificate& operator=(Certificate&&) noexcept;
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  [[nodiscard]] ByteView der() const noexcept;
  [[nodiscard]] ByteView subject() const noexcept;  ///< the name's DER
  [[nodiscard]] ByteView issuer() const noexcept;
  /// Of the subject; printable, at most 64 bytes, empty where there is none. So is the issuer's.
  [[nodiscard]] std::string common_name() const;
  [[nodiscard]] std::string issuer_common_name() const;
  /// The first such attribute of the subject, `oid` as its DER content (MBEDTLS_OID_AT_…).
  [[nodiscard]] std::optional<std::string_view> subject_attribute(std::string_view oid) const;

  [[nodiscard]] int version() const noexcept;
  [[nodiscard]] CertificateKey key() const noexcept;
  [[nodiscard]] WallTime not_before() const noexcept;
  [[nodiscard]] WallTime not_after() const noexcept;
  [[nodiscard]] bool valid_at(WallTime now) const noexcept;  ///< both ends included

  struct Extension {
    bool critical = false;
    ByteView value;  ///< what is inside the OCTET STRING
  };
  /// `oid` as its DER content. Where it is there twice: the first one, see also has_twice.
  [[nodiscard]] std::optional<Extension> extension(std::string_view oid) const;
  /// RFC 5280 section 4.2 forbids it.
  [[nodiscard]] bool has_twice(std::string_view oid) const;
  /// Basic constraints say CA; false where there are none.
  [[nodiscard]] bool is_ca() const;
  /// Key usage lets it sign; true where there is none.
  [[nodiscard]] bool may_sign() const noexcept;

  [[nodiscard]] mbedtls_x509_crt* handle() const noexcept { return crt_.get(); }

 private:
  struct Free {
    void operator()(mbedtls_x509_crt* crt) const noexcept;
  };
  Certificate();

  std::unique_ptr<mbedtls_x509_crt, Free> crt_;
};

}  // namespace latchkey::attest
