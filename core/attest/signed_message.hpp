// SPDX-License-Identifier: MIT
#pragma once

#include "core/attest/attestation.hpp"
#include "core/attest/authenticator_data.hpp"

namespace latchkey::attest {

/// The bytes that an attestation's signature covers: for packed the authenticator data and the
/// hash of the client data (WebAuthn section 8.2), for fido-u2f the registration's own layout,
/// which leaves AAGUID, flags and counter out (FIDO U2F Raw Message Formats section 4.3). `data` is
/// attestation.authenticator_data, parsed.
[[nodiscard]] Bytes signed_message(const Attestation& attestation, const AuthenticatorData& data,
                                   const crypto::Sha256& client_data_hash);

}  // namespace latchkey::attest
