// SPDX-License-Identifier: MIT
#pragma once

#include "core/cbor/cbor_reader.hpp"

namespace latchkey::attest {

enum class Algorithm : std::uint8_t { es256, eddsa };

/// The public key of a credential as an authenticator gives it.
struct CoseKey {
  Algorithm algorithm = Algorithm::es256;
  Bytes point;  ///< es256: 65 bytes, uncompressed, not checked to be on the curve; eddsa: 32
};

/// Reads a COSE_Key (RFC 9052 section 7, RFC 9053 section 7) in CTAP2's canonical order, with the
/// members that WebAuthn section 6.5.1.1 asks for and no other. What it finds wrong it tells the
/// reader: Errc::malformed, or unsupported for another algorithm or curve.
[[nodiscard]] CoseKey read_cose_key(cbor::CborReader& reader);

}  // namespace latchkey::attest
