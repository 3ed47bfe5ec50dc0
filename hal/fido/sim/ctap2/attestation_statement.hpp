// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/device/environment.hpp"

namespace latchkey::fido::sim {

/// What a new credential is attested with.
struct NewCredential {
  const Bytes& id;
  const SigningKey& key;
  const Bytes& authenticator_data;  ///< with the credential in it
  const Bytes& client_data_hash;
};

/// An attestation statement and the name of its format (WebAuthn section 8).
struct AttestationStatement {
  std::string format;  ///< "packed", "fido-u2f" (P-256 alone), "none"
  Value statement;
};

/// Attests as the model does: with the factory's key, by the credential itself, or not at all.
[[nodiscard]] Result<AttestationStatement> attest(Environment& env,
                                                  const NewCredential& credential);

}  // namespace latchkey::fido::sim
