// SPDX-License-Identifier: MIT
#pragma once

#include "core/attest/certificate.hpp"

namespace latchkey::attest {

/// Whether `signature` is the certificate's key's over `message`: ECDSA over P-256, P-384 or P-521
/// with the SHA-2 of COSE's ES256, ES384, ES512, or RSA PKCS#1 v1.5 with SHA-256 (RS256). An
/// attestation names its algorithm, OpenSSH's file does not: the key tells it.
/// Errc::unauthenticated, unsupported (another kind of key), crypto.
[[nodiscard]] Result<void> verify_signature(const Certificate& signer, ByteView message,
                                            ByteView signature);

/// The same for ES256 with a bare point (65 bytes, on P-256).
[[nodiscard]] Result<void> verify_es256(ByteView point, ByteView message, ByteView signature);

}  // namespace latchkey::attest
