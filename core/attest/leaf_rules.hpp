// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/attest/aaguid.hpp"
#include "core/attest/attestation.hpp"
#include "core/attest/certificate.hpp"

namespace latchkey::attest {

/// What a certificate must be to sign attestations: WebAuthn section 8.2.1 for packed; for fido-u2f
/// section 8.6, a P-256 key, and in both no CA and a key usage that lets it sign. `aaguid` is the
/// authenticator data's, which only packed signs.
/// nullopt: it keeps them all; otherwise what is wrong with "its certificate".
[[nodiscard]] std::optional<std::string> break_of_leaf_rules(Format format, const Certificate& leaf,
                                                             const Aaguid& aaguid);

}  // namespace latchkey::attest
