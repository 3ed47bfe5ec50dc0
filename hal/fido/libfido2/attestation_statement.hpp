// SPDX-License-Identifier: MIT
#pragma once

#include <fido.h>

#include <optional>

#include "core/attest/attestation.hpp"

namespace latchkey::fido {

/// The attestation that came with a credential, its signature unchecked. nullopt: of a format that
/// is not known here, or beyond the bounds of core/attest.
///
/// The whole chain is read from the statement itself: libfido2 1.12 gives the leaf alone. Where the
/// statement is not as strict as core/cbor wants it, the leaf has to do.
[[nodiscard]] std::optional<attest::Attestation> read_attestation(const fido_cred_t& cred);

}  // namespace latchkey::fido
