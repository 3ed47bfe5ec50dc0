// SPDX-License-Identifier: MIT
#include "hal/fido/sim/crypto/agreement_key.hpp"

#include <openssl/evp.h>

#include "hal/fido/sim/crypto/evp_key.hpp"

namespace latchkey::fido::sim {

Result<std::array<std::uint8_t, 32>> agree(const SigningKey& own, ByteView peer) {
  if (own.kind() != SigningKey::Kind::p256) {
    return fail(Errc::unsupported, "agreeing on a secret with a key that is not on P-256");
  }
  auto theirs = evp_public_key(peer);
  if (!theirs) return fail(std::move(theirs));
  auto ours = evp_private_key(own);
  if (!ours) return fail(std::move(ours));
  const Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context{
      EVP_PKEY_CTX_new_from_pkey(nullptr, ours->get(), nullptr)};
  std::array<std::uint8_t, 32> secret{};
  std::size_t size = secret.size();
  if (!context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), theirs->get()) != 1 ||
      EVP_PKEY_derive(context.get(), secret.data(), &size) != 1 || size != secret.size()) {
    return crypto_failed("agreeing on a secret");
  }
  return secret;
}

}  // namespace latchkey::fido::sim
