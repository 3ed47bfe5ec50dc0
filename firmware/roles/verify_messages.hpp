// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "core/channel/messages.hpp"
#include "firmware/roles/offer_fields.hpp"

/// One question, one answer, then latchkey-verify ends.
namespace latchkey::roles {

/// Does the sender of this offer own the key? Bytes from the peer, unread by the monitor.
struct ProofQuestion {
  std::array<std::uint8_t, 32> challenge{};
  std::array<std::uint8_t, 32> host_keys_hash{};
  std::uint8_t require_user_verification = 0;
  AccountField account;
  KeyField key;
  CommentField comment;
  LimitsFields limits;
  FixedBytes<kMaxSignature> signature;
};
/// What key is on this public key line? (latchkeyctl add: root vouches for it, nothing to prove.)
struct LineQuestion {
  FixedText<8192> line;
};
using ToVerify = std::variant<ProofQuestion, LineQuestion>;

/// code is `added` when all is well, otherwise why not (key_invalid, key_too_weak, not_proved, …)
/// with a sentence in text. The other fields are filled as far as they are known.
struct KeyVerdict {
  channel::ResultCode code = channel::ResultCode::internal;
  std::uint8_t user_present = 0;
  std::uint8_t user_verified = 0;
  TextField text;
  NameField key_type;     ///< "ssh-ed25519"
  NameField fingerprint;  ///< "SHA256:…"
  KeyField key;           ///< the blob, canonical: what the writer is to write
  CommentField comment;   ///< sanitised
};
using FromVerify = std::variant<KeyVerdict>;

}  // namespace latchkey::roles
