// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/pin_protocol.hpp"

#include <algorithm>

#include "core/crypto/constant_time.hpp"
#include "core/crypto/hash.hpp"
#include "hal/fido/sim/crypto/agreement_key.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::size_t kShortMac = 16;
constexpr std::size_t kCoordinate = 32;
constexpr int kX = -2;
constexpr int kY = -3;

/// kty EC2, alg ECDH-ES + HKDF-256, crv P-256.
Value cose_key_of(ByteView point) {
  return Value::Map{{1, 2},
                    {3, -25},
                    {-1, 1},
                    {kX, point.subspan(1, kCoordinate)},
                    {kY, point.subspan(1 + kCoordinate)}};
}

/// 04 ‖ X ‖ Y, on the curve or not.
std::optional<Bytes> point_of(const Value& cose_key) {
  Bytes point{0x04};
  for (const auto label : {kX, kY}) {
    const auto* item = cose_key.find(label);
    if (item == nullptr || item->bytes() == nullptr) return {};
    if (item->bytes()->size() != kCoordinate) return {};
    point.insert(point.end(), item->bytes()->begin(), item->bytes()->end());
  }
  // Whatever else is in the map, or is not, makes it another one.
  return cose_key == cose_key_of(point) ? std::optional(std::move(point)) : std::nullopt;
}

}  // namespace

Result<SharedSecret> SharedSecret::derive(PinProtocol protocol, ByteView z) {
  SharedSecret secret(protocol);
  if (protocol == PinProtocol::one) {
    const auto hash = crypto::sha256(z);
    if (!hash) return tl::make_unexpected(hash.error());
    secret.mac_key_ = secret.aes_key_ = *hash;
    return secret;
  }
  constexpr std::array<std::uint8_t, 32> kSalt{};
  auto derived = crypto::hkdf_sha256(kSalt, z, as_bytes("CTAP2 HMAC key"), secret.mac_key_);
  if (derived) {
    derived = crypto::hkdf_sha256(kSalt, z, as_bytes("CTAP2 AES key"), secret.aes_key_);
  }
  if (!derived) return fail(std::move(derived));
  return secret;
}

Result<SharedSecret> SharedSecret::decapsulate(PinProtocol protocol, const SigningKey& own,
                                               const Value& peer) {
  const auto point = point_of(peer);
  if (!point) return fail(Errc::malformed, "reading a key for key agreement");
  const auto z = agree(own, *point);
  if (!z) return tl::make_unexpected(z.error());
  return derive(protocol, *z);
}

Result<Bytes> SharedSecret::encrypt(ByteView plain, crypto::Random& random) const {
  AesBlock iv{};
  if (protocol_ == PinProtocol::one) return encrypt_cbc(aes_key_, iv, plain);
  if (auto filled = random.fill(iv); !filled) return fail(std::move(filled));
  auto sealed = encrypt_cbc(aes_key_, iv, plain);
  if (sealed) sealed->insert(sealed->begin(), iv.begin(), iv.end());
  return sealed;
}

Result<Bytes> SharedSecret::decrypt(ByteView sealed) const {
  AesBlock iv{};
  if (protocol_ == PinProtocol::one) return decrypt_cbc(aes_key_, iv, sealed);
  if (sealed.size() < iv.size()) return fail(Errc::malformed, "decrypting less than an IV");
  std::copy_n(sealed.begin(), iv.size(), iv.begin());
  return decrypt_cbc(aes_key_, iv, sealed.subspan(iv.size()));
}

bool SharedSecret::verify(ByteView message, ByteView signature) const {
  return sim::verify(protocol_, mac_key_, message, signature);
}

Value agreement_cose_key(const SigningKey& key) { return cose_key_of(key.public_key()); }

Result<Bytes> authenticate(PinProtocol protocol, ByteView key, ByteView message) {
  const auto mac = crypto::hmac_sha256(key, message);
  if (!mac) return tl::make_unexpected(mac.error());
  return to_bytes(ByteView(*mac).first(protocol == PinProtocol::one ? kShortMac : mac->size()));
}

bool verify(PinProtocol protocol, ByteView key, ByteView message, ByteView signature) {
  const auto mac = authenticate(protocol, key, message);
  return mac && crypto::equal(*mac, signature);
}

}  // namespace latchkey::fido::sim
