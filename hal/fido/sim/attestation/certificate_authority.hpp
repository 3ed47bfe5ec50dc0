// SPDX-License-Identifier: MIT
#pragma once

#include "core/time.hpp"
#include "hal/fido/sim/device/model.hpp"
#include "hal/fido/sim/device/state.hpp"

namespace latchkey::fido::sim {

/// The maker of simulated keys: a root and an intermediate of its own, which sign the leaf of each
/// key. WebAuthn section 8.2.1 has the rules for the leaf: version 3, subject C, O, CN and
/// OU "Authenticator Attestation", not a CA, extension 1.3.6.1.4.1.45724.1.1.4 with the AAGUID.
class CertificateAuthority final {
 public:
  /// Valid for 30 years from `now`. Errc::entropy, Errc::crypto.
  [[nodiscard]] static Result<CertificateAuthority> make(crypto::Random& random, WallTime now);

  /// A new key pair and its chain: leaf, intermediate, root.
  [[nodiscard]] Result<Factory> manufacture(const Model& model, crypto::Random& random) const;

  [[nodiscard]] const Bytes& root_der() const noexcept { return root_der_; }

 private:
  CertificateAuthority(SigningKey root, SigningKey intermediate, Bytes root_der,
                       Bytes intermediate_der, WallTime made);

  SigningKey root_;
  SigningKey intermediate_;
  Bytes root_der_;
  Bytes intermediate_der_;
  WallTime made_;
};

/// DER as PEM ("-----BEGIN CERTIFICATE-----", 64 columns), for roots.d and openssl.
[[nodiscard]] std::string to_pem(ByteView der);

}  // namespace latchkey::fido::sim
