// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "core/time.hpp"
#include "hal/fido/sim/device/model.hpp"
#include "hal/fido/sim/device/state.hpp"

namespace latchkey::fido::sim {

/// What is wrong with a leaf, so that tests can see it refused; at the start nothing is.
struct LeafOptions {
  enum class AaguidExtension : std::uint8_t {
    right,     ///< an OCTET STRING inside the extension's own, not critical; none without CTAP2
    missing,   ///< not there
    other,     ///< another model's AAGUID
    bare,      ///< the 16 bytes without the inner OCTET STRING
    critical,  ///< marked critical
  };

  bool authority = false;  ///< is a CA
  bool expired = false;    ///< ran out a day before the authority was made
  bool version_1 = false;  ///< X.509 v1, and so without extensions
  std::string organizational_unit = "Authenticator Attestation";
  AaguidExtension aaguid_extension = AaguidExtension::right;
};

/// The maker of simulated keys: a root and an intermediate of its own, which sign the leaf of each
/// key. WebAuthn section 8.2.1 has the rules for the leaf: version 3, subject C, O, CN and
/// OU "Authenticator Attestation", not a CA, extension 1.3.6.1.4.1.45724.1.1.4 with the AAGUID.
class CertificateAuthority final {
 public:
  /// Valid for 30 years from `now`. Errc::entropy, Errc::crypto.
  [[nodiscard]] static Result<CertificateAuthority> make(crypto::Random& random, WallTime now);

  /// A new key pair and its chain: leaf, intermediate, root. The same errors.
  [[nodiscard]] Result<Factory> manufacture(const Model& model, crypto::Random& random,
                                            const LeafOptions& options = {}) const;

  [[nodiscard]] const Bytes& root_der() const noexcept { return root_der_; }

 private:
  CertificateAuthority(SigningKey intermediate, Bytes root_der, Bytes intermediate_der,
                       WallTime made);

  SigningKey intermediate_;  ///< the root's key has done its work
  Bytes root_der_;
  Bytes intermediate_der_;
  WallTime made_;
};

/// The AAGUID that a leaf names; nullopt: none.
[[nodiscard]] std::optional<Aaguid> aaguid_of(ByteView leaf);

/// DER as PEM ("-----BEGIN CERTIFICATE-----", 64 columns), for roots.d and openssl.
[[nodiscard]] std::string to_pem(ByteView der);

}  // namespace latchkey::fido::sim
