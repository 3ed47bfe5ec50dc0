// SPDX-License-Identifier: MIT
#include "hal/fido/sim/device/credential_id.hpp"

#include <algorithm>

#include "core/crypto/secret.hpp"
#include "hal/fido/sim/crypto/cipher.hpp"

namespace latchkey::fido::sim {
namespace {

// nonce ‖ seal(kind ‖ protection ‖ seed), the relying party as associated data.
constexpr std::size_t kHeaderSize = 2;

std::optional<SigningKey::Kind> kind_of(std::uint8_t byte) {
  switch (static_cast<SigningKey::Kind>(byte)) {
    case SigningKey::Kind::p256:
    case SigningKey::Kind::ed25519: return static_cast<SigningKey::Kind>(byte);
  }
  return std::nullopt;
}

std::optional<CredProtect> protection_of(std::uint8_t byte) {
  switch (static_cast<CredProtect>(byte)) {
    case CredProtect::optional:
    case CredProtect::optional_with_list:
    case CredProtect::required: return static_cast<CredProtect>(byte);
  }
  return std::nullopt;
}

tl::unexpected<Error> not_ours() {
  return fail(Errc::unauthenticated, "opening a credential identifier");
}

/// What was sealed; nothing else than wrap() can have sealed it.
Result<WrappedCredential> parse(ByteView plain) {
  SigningKey::Seed seed{};
  if (plain.size() != kHeaderSize + seed.size()) return not_ours();
  const auto kind = kind_of(plain[0]);
  const auto protection = protection_of(plain[1]);
  if (!kind || !protection) return not_ours();
  std::copy(plain.begin() + kHeaderSize, plain.end(), seed.begin());
  auto key = SigningKey::from_seed(*kind, seed);
  crypto::wipe(seed);
  if (!key) return fail(std::move(key));
  return WrappedCredential{*std::move(key), *protection};
}

}  // namespace

Result<Bytes> wrap(const State& state, ByteView rp_id_hash, const WrappedCredential& credential,
                   crypto::Random& random) {
  GcmNonce nonce{};
  if (auto filled = random.fill(nonce); !filled) return fail(std::move(filled));
  Bytes plain{static_cast<std::uint8_t>(credential.key.kind()),
              static_cast<std::uint8_t>(credential.protection)};
  plain.insert(plain.end(), credential.key.seed().begin(), credential.key.seed().end());
  auto sealed = seal_gcm(state.wrapping_key, nonce, rp_id_hash, plain);
  crypto::wipe(plain);
  if (!sealed) return sealed;
  Bytes id(nonce.begin(), nonce.end());
  id.insert(id.end(), sealed->begin(), sealed->end());
  return id;
}

Result<WrappedCredential> unwrap(const State& state, ByteView rp_id_hash, ByteView id) {
  GcmNonce nonce{};
  if (id.size() < nonce.size()) return not_ours();
  std::copy_n(id.begin(), nonce.size(), nonce.begin());
  auto plain = open_gcm(state.wrapping_key, nonce, rp_id_hash, id.subspan(nonce.size()));
  if (!plain) return fail(std::move(plain));
  auto credential = parse(*plain);
  crypto::wipe(*plain);
  return credential;
}

}  // namespace latchkey::fido::sim
