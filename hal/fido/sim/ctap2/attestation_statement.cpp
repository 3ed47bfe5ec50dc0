// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/attestation_statement.hpp"

#include <algorithm>

#include "hal/fido/sim/ctap2/cose_key.hpp"
#include "hal/fido/sim/device/join.hpp"
#include "hal/fido/sim/device/signature.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::size_t kRpIdHashSize = 32;

/// The first `count` certificates; never the root, which the other side has to know by itself.
Value::Array certificates(const Factory& factory, std::size_t count) {
  const auto& chain = factory.chain;
  return {chain.begin(),
          chain.begin() + static_cast<std::ptrdiff_t>(std::min(count, chain.size()))};
}

Result<AttestationStatement> packed(Environment& env, const NewCredential& credential,
                                    const SigningKey& key, Value::Map statement) {
  auto signature =
      sign(env, key, join({credential.authenticator_data, credential.client_data_hash}));
  if (!signature) return fail(std::move(signature));
  statement.emplace("alg", cose_algorithm(key.kind()));
  statement.emplace("sig", *std::move(signature));
  return AttestationStatement{"packed", std::move(statement)};
}

Result<AttestationStatement> fido_u2f(Environment& env, const NewCredential& credential) {
  constexpr std::uint8_t kFutureUse[] = {0x00};
  const auto rp_id_hash = ByteView(credential.authenticator_data).first(kRpIdHashSize);
  auto signature = sign(env, env.state.factory.attestation_key,
                        join({kFutureUse, rp_id_hash, credential.client_data_hash, credential.id,
                              credential.key.public_key()}));
  if (!signature) return fail(std::move(signature));
  return AttestationStatement{"fido-u2f", Value::Map{{"sig", *std::move(signature)},
                                                     {"x5c", certificates(env.state.factory, 1)}}};
}

}  // namespace

Result<AttestationStatement> attest(Environment& env, const NewCredential& credential) {
  const auto& factory = env.state.factory;
  switch (env.model.attestation) {
    case AttestationKind::packed:
      return packed(env, credential, factory.attestation_key, {{"x5c", certificates(factory, 2)}});
    case AttestationKind::fido_u2f: return fido_u2f(env, credential);
    case AttestationKind::self: return packed(env, credential, credential.key, {});
    case AttestationKind::none: break;
  }
  return AttestationStatement{"none", Value::Map{}};
}

}  // namespace latchkey::fido::sim
