// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/crypto/random.hpp"
#include "hal/fido/sim/cbor/value.hpp"

namespace latchkey::fido::sim::test {

/// The other side of a PIN/UV auth protocol, as a computer has it, written over mbedTLS and from
/// the specification alone: what the key's side is measured against.
class Platform final {
 public:
  /// With a key pair of its own, for the public key of a security key.
  Platform(int protocol, const Value& key_agreement, crypto::Random& random);

  [[nodiscard]] int protocol() const { return protocol_; }
  [[nodiscard]] const Value& public_key() const { return public_key_; }  ///< COSE_Key
  [[nodiscard]] Bytes encrypt(ByteView plain) const;
  [[nodiscard]] Bytes decrypt(ByteView sealed) const;
  [[nodiscard]] Bytes authenticate(ByteView message) const;

  /// newPinEnc and pinHashEnc.
  [[nodiscard]] Bytes new_pin(const std::string& pin) const;
  [[nodiscard]] Bytes pin_hash(const std::string& pin) const;

 private:
  int protocol_;
  Value public_key_{0};
  Bytes mac_key_;
  Bytes aes_key_;
};

/// pinUvAuthParam: HMAC-SHA-256 with a token, cut to 16 bytes in protocol 1.
[[nodiscard]] Bytes pin_uv_auth_param(int protocol, ByteView token, ByteView message);

[[nodiscard]] Bytes join(ByteView left, ByteView right);

}  // namespace latchkey::fido::sim::test
