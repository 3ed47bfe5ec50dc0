// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "firmware/roles/token_messages.hpp"
#include "hal/fido/security_keys.hpp"

namespace latchkey::token {

/// The key of an order, once there is one: just made, or found on the security key.
struct Credential {
  ssh::PublicKey key;
  Bytes handle;
  std::uint8_t flags = 0;                          ///< ssh::sk_flag
  std::optional<attest::Attestation> attestation;  ///< of one just made
};

[[nodiscard]] Credential credential_of(fido::MadeKey made);
[[nodiscard]] Credential credential_of(fido::ResidentKey resident);

/// What the proof signs: channel::enrolment_statement() as SSHSIG wraps it. What the security key
/// gets to see is the SHA-256 of this.
[[nodiscard]] Result<Bytes> to_be_signed(ByteView statement);

/// The answer to the monitor. Without an assertion there is no signature in it. The challenge of
/// the attestation record is empty: it is the window's, which the monitor knows and fills in when
/// it keeps the record. An attestation too large to travel is left out, and then proves nothing.
/// An error: what the security key gave does not fit, or is no signature.
[[nodiscard]] Result<roles::KeyMade> answer_with(const Credential& credential,
                                                 const fido::Assertion* assertion);

}  // namespace latchkey::token
