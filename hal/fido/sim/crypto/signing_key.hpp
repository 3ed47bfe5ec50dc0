// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "core/bytes.hpp"
#include "core/crypto/random.hpp"

namespace latchkey::fido::sim {

/// A private key of a simulated security key, over OpenSSL's libcrypto.
class SigningKey final {
 public:
  enum class Kind : std::uint8_t { p256, ed25519 };
  using Seed = std::array<std::uint8_t, 32>;  ///< P-256: the scalar, big-endian; Ed25519: the seed

  /// Errc::entropy, Errc::crypto.
  [[nodiscard]] static Result<SigningKey> generate(Kind kind, crypto::Random& random);
  /// Errc::malformed for a scalar outside 1 to n - 1.
  [[nodiscard]] static Result<SigningKey> from_seed(Kind kind, const Seed& seed);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const Seed& seed() const noexcept { return seed_; }
  /// P-256: 65 bytes, 04 ‖ X ‖ Y. Ed25519: 32 bytes.
  [[nodiscard]] const Bytes& public_key() const noexcept { return public_key_; }
  /// ES256: ECDSA over SHA-256(message), DER (RFC 3279). EdDSA: 64 bytes (RFC 8032).
  [[nodiscard]] Result<Bytes> sign(ByteView message) const;

 private:
  SigningKey(Kind kind, const Seed& seed, Bytes public_key);

  Kind kind_;
  Seed seed_;
  Bytes public_key_;
};

}  // namespace latchkey::fido::sim
