// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/device/environment.hpp"

namespace latchkey::fido::sim {

/// Who was there when authenticator data were made.
struct Presence {
  bool user_present = false;
  bool user_verified = false;
};

/// Authenticator data (WebAuthn section 6.1): SHA-256 of the relying party (of another one where
/// the model does that), flags, the signature counter, which goes up here, and, of a new
/// credential, what attested_credential() gives and the extensions' outputs (an empty map: none,
/// and no flag).
[[nodiscard]] Bytes authenticator_data(Environment& env, ByteView rp_id_hash, Presence presence,
                                       ByteView attested_credential = {},
                                       const Value::Map& extensions = {});

/// Attested credential data (WebAuthn section 6.5.1): AAGUID, length of the identifier, identifier,
/// public key as COSE_Key.
[[nodiscard]] Bytes attested_credential(const Aaguid& aaguid, ByteView id, const SigningKey& key);

}  // namespace latchkey::fido::sim
