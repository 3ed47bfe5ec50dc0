// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/capabilities.hpp"

namespace latchkey::fido::sim {

std::vector<std::int32_t> algorithms(const Model& model) {
  auto algorithms = model.algorithms;
  const bool p256_alone =
      model.misbehaviour.claims_ed25519 || model.attestation == AttestationKind::fido_u2f;
  std::erase_if(algorithms, [&](auto algorithm) {
    return algorithm != kEs256 && (algorithm != kEdDsa || p256_alone);
  });
  return algorithms;
}

bool makes_without_verification(const Model& model) {
  return model.fido_2_1 && model.make_cred_uv_not_required && !always_verifies(model);
}

bool is_protected(const Environment& env) {
  return env.state.pin_hash.has_value() || (env.model.fido_2_1 && env.model.built_in_verification);
}

}  // namespace latchkey::fido::sim
