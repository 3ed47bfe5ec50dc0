// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "core/channel/messages.hpp"
#include "core/crypto/hash.hpp"

namespace latchkey::channel {

/// The SSHSIG namespace of an enrolment proof (ssh-keygen -Y sign -n …).
inline constexpr const char* kProofNamespace = "enroll@latchkey";

/// SHA-256 over the host keys, each as an SSH string, in the order of `welcome`.
[[nodiscard]] Result<crypto::Sha256> hash_host_keys(const std::vector<Bytes>& host_keys);

/// The bytes that the host signs with the key it offers: a tag, the Pi's challenge, the account,
/// the limits asked for, the hash of the Pi's host keys. So a signature for another account,
/// another Pi or another window is worth nothing. Layout: docs/reference/protocol.md.
[[nodiscard]] Bytes enrolment_statement(const Challenge& challenge, const std::string& account,
                                        const Limits& limits, const crypto::Sha256& host_keys);

/// What a security key gets as challenge when it makes a key for an enrolment: SHA-256 of the
/// statement, so that its attestation covers all that a signature would.
[[nodiscard]] Result<Challenge> attestation_challenge(ByteView statement);

}  // namespace latchkey::channel
