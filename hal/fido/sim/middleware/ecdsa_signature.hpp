// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/bytes.hpp"

namespace latchkey::fido::sim {

/// The two numbers of an ECDSA signature on P-256, big-endian, 1 to 32 bytes without leading
/// zeros. They point into what was parsed.
struct EcdsaSignature {
  ByteView r;
  ByteView s;
};

/// Ecdsa-Sig-Value of RFC 3279 section 2.2.3, in DER: SEQUENCE { r INTEGER, s INTEGER }, both
/// positive, nothing behind it. nullopt for anything else.
[[nodiscard]] std::optional<EcdsaSignature> parse_ecdsa_signature(ByteView der);

}  // namespace latchkey::fido::sim
