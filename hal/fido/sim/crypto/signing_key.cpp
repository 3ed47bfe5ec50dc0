// SPDX-License-Identifier: MIT
#include "hal/fido/sim/crypto/signing_key.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include "core/crypto/secret.hpp"
#include "hal/fido/sim/crypto/evp_key.hpp"

namespace latchkey::fido::sim {
namespace {

using Number = Handle<BIGNUM, BN_clear_free>;

Result<Bytes> p256_public_key(const SigningKey::Seed& seed) {
  const Handle<EC_GROUP, EC_GROUP_free> group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
  const Number scalar{BN_secure_new()};
  if (!group || !scalar ||
      BN_bin2bn(seed.data(), static_cast<int>(seed.size()), scalar.get()) == nullptr) {
    return crypto_failed("reading a P-256 key");
  }
  if (BN_is_zero(scalar.get()) != 0 ||
      BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) >= 0) {
    return fail(Errc::malformed, "reading a P-256 key: it is outside 1 to n - 1");
  }
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  const Handle<EC_POINT, EC_POINT_free> point{EC_POINT_new(group.get())};
  Bytes encoded(65);
  if (!point ||
      EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                         encoded.size(), nullptr) != encoded.size()) {
    return crypto_failed("deriving a P-256 public key");
  }
  return encoded;
}

Result<Bytes> ed25519_public_key(const SigningKey::Seed& seed) {
  const EvpKey key{
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size())};
  Bytes raw(32);
  std::size_t size = raw.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) != 1 ||
      size != raw.size()) {
    return crypto_failed("deriving an Ed25519 public key");
  }
  return raw;
}

}  // namespace

SigningKey::SigningKey(Kind kind, const Seed& seed, Bytes public_key)
    : kind_(kind), seed_(seed), public_key_(std::move(public_key)) {}

Result<SigningKey> SigningKey::from_seed(Kind kind, const Seed& seed) {
  auto public_key = kind == Kind::p256 ? p256_public_key(seed) : ed25519_public_key(seed);
  if (!public_key) return fail(std::move(public_key));
  return SigningKey(kind, seed, *std::move(public_key));
}

Result<SigningKey> SigningKey::generate(Kind kind, crypto::Random& random) {
  // One seed in 2^32 is no scalar of P-256; a source that gives nothing else is broken.
  for (int tries = 0; tries < 4; ++tries) {
    Seed seed{};
    if (auto filled = random.fill(seed); !filled) return fail(std::move(filled));
    auto key = from_seed(kind, seed);
    crypto::wipe(seed);
    if (key || !key.error().is(Errc::malformed)) return key;
  }
  return fail(Errc::entropy, "making a P-256 key");
}

Result<Bytes> SigningKey::sign(ByteView message) const {
  auto key = evp_private_key(*this);
  if (!key) return fail(std::move(key));
  const Handle<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
  const auto* const digest = kind_ == Kind::p256 ? EVP_sha256() : nullptr;
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key->get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) != 1) {
    return crypto_failed("preparing to sign");
  }
  Bytes signature(size);
  if (EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
    return crypto_failed("signing");
  }
  signature.resize(size);
  return signature;
}

}  // namespace latchkey::fido::sim
