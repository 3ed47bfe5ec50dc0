// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "core/bytes.hpp"

/// What a security key says about itself when it makes a credential, and what may be believed of
/// it: WebAuthn Level 2 sections 6.5 and 8, FIDO U2F Raw Message Formats 1.2, OpenSSH PROTOCOL.u2f.
namespace latchkey::attest {

inline constexpr std::size_t kMaxChain = 4;           ///< certificates that come with a statement
inline constexpr std::size_t kMaxCertificate = 4096;  ///< bytes of DER
inline constexpr std::size_t kMaxAuthenticatorData = 2048;
inline constexpr std::size_t kMaxSignature = 512;

enum class Format : std::uint8_t { packed, fido_u2f };

/// An attestation statement as it travels and is stored: bytes that nobody has checked yet.
struct Attestation {
  Format format = Format::packed;
  Bytes authenticator_data;  ///< raw, without CBOR around it
  Bytes signature;           ///< as the key gave it; empty, and no chain: no statement
  std::vector<Bytes> chain;  ///< DER, leaf first; empty, and a signature: self attestation
  friend bool operator==(const Attestation&, const Attestation&) = default;
};

}  // namespace latchkey::attest
