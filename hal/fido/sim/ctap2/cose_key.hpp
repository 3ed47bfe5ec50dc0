// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/crypto/signing_key.hpp"

namespace latchkey::fido::sim {

/// The COSE identifier of the algorithm that a key signs with (RFC 9053): -7 or -8.
[[nodiscard]] std::int32_t cose_algorithm(SigningKey::Kind kind);
/// A public key as COSE_Key (RFC 9052 section 7): EC2 for P-256, OKP for Ed25519.
[[nodiscard]] Value cose_key(const SigningKey& key);

}  // namespace latchkey::fido::sim
