// SPDX-License-Identifier: MIT
#pragma once

#include "core/attest/attestation.hpp"

namespace latchkey::attest {

/// OpenSSH's attestation file, "ssh-sk-attest-v01" (PROTOCOL.u2f, "key generation"): what
/// `ssh-keygen -O write-attestation=` writes and latchkey stores. It holds the leaf alone, and does
/// not say its format: packed and fido-u2f are told apart by what the signature covers (judge_file
/// tries both).
struct SkAttestFile {
  Bytes certificate;         ///< the leaf, DER; empty: self attestation, or none
  Bytes signature;           ///< empty: none
  Bytes authenticator_data;  ///< raw; the file has it as a CBOR byte string, which is taken off
};

/// Exactly what is written below, reserved fields zero and empty: reading and writing give the same
/// bytes. Errc::too_large, malformed, truncated, trailing_bytes, unsupported (v00, which lacks the
/// authenticator data, or reserved fields in use).
[[nodiscard]] Result<SkAttestFile> read_sk_attest_file(ByteView bytes);
[[nodiscard]] Bytes write_sk_attest_file(const SkAttestFile& file);

}  // namespace latchkey::attest
