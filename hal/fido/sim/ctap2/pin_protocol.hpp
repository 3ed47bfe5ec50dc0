// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/crypto/cipher.hpp"
#include "hal/fido/sim/crypto/signing_key.hpp"

namespace latchkey::fido::sim {

/// PIN/UV auth protocols one and two (CTAP 2.1 sections 6.5.6 and 6.5.7): how a PIN comes to the
/// key, and a token back, over a wire that others can read.
enum class PinProtocol : std::uint8_t { one = 1, two = 2 };

/// What both sides have derived from an exchange of public keys.
class SharedSecret final {
 public:
  /// kdf(): from the X coordinate of the shared point. Errc::crypto.
  [[nodiscard]] static Result<SharedSecret> derive(PinProtocol protocol, ByteView z);
  /// decapsulate(): with the platform's COSE_Key. Errc::malformed when that is not one for P-256
  /// key agreement, or no point of the curve.
  [[nodiscard]] static Result<SharedSecret> decapsulate(PinProtocol protocol, const SigningKey& own,
                                                        const Value& peer);

  /// encrypt() and decrypt(). Errc::malformed unless whole blocks, behind an IV in protocol two.
  [[nodiscard]] Result<Bytes> encrypt(ByteView plain, crypto::Random& random) const;
  [[nodiscard]] Result<Bytes> decrypt(ByteView sealed) const;

  /// verify() with the shared secret as the key, in constant time.
  [[nodiscard]] bool verify(ByteView message, ByteView signature) const;

 private:
  explicit SharedSecret(PinProtocol protocol) noexcept : protocol_(protocol) {}

  PinProtocol protocol_;
  std::array<std::uint8_t, 32> mac_key_{};
  AesKey aes_key_{};
};

/// getPublicKey(): the public half of a P-256 key as a COSE_Key, with the algorithm -25 that the
/// specification puts there although it is not what is done with the key.
[[nodiscard]] Value agreement_cose_key(const SigningKey& key);

/// authenticate(): HMAC-SHA-256, of which protocol one takes the first 16 bytes. Errc::crypto.
[[nodiscard]] Result<Bytes> authenticate(PinProtocol protocol, ByteView key, ByteView message);

/// verify(): in constant time; a signature of another length is wrong.
[[nodiscard]] bool verify(PinProtocol protocol, ByteView key, ByteView message, ByteView signature);

}  // namespace latchkey::fido::sim
