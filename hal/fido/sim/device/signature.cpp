// SPDX-License-Identifier: MIT
#include "hal/fido/sim/device/signature.hpp"

namespace latchkey::fido::sim {

Result<Bytes> sign(Environment& env, const SigningKey& key, ByteView message) {
  auto signature = key.sign(message);
  if (!signature) return signature;
  ++env.history.signatures;
  // The last bit: an ECDSA signature stays well-formed DER.
  if (env.model.misbehaviour.wrong_signature) signature->back() ^= 1U;
  return signature;
}

}  // namespace latchkey::fido::sim
