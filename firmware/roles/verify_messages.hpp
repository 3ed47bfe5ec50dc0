// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "core/attest/judgement.hpp"
#include "core/attest/record.hpp"
#include "core/channel/messages.hpp"
#include "firmware/roles/offer_fields.hpp"

/// One question, one answer, then latchkey-verify ends.
namespace latchkey::roles {

/// Does the sender of this offer own the key, and on what hardware is it? Bytes from the peer or
/// the token role, unread by the monitor.
struct ProofQuestion {
  std::array<std::uint8_t, 32> challenge{};
  std::array<std::uint8_t, 32> host_keys_hash{};
  std::uint8_t require_user_verification = 0;
  AccountField account;
  KeyField key;
  CommentField comment;
  LimitsFields limits;
  FixedBytes<kMaxSignature> signature;         ///< SSHSIG; empty: none
  FixedBytes<attest::kMaxRecord> attestation;  ///< attest::Record; empty: none
  std::int64_t now = 0;                        ///< seconds since 1970
  std::uint8_t clock_synchronised = 0;         ///< else the dates of certificates do not count
  PathField roots;                             ///< folder of the roots that are trusted, *.pem
  PathField intermediates;  ///< folder of makers' intermediate certificates; may be missing
};
/// What key is on this public key line? (latchkeyctl add: root vouches for it, nothing to prove.)
struct LineQuestion {
  FixedText<8192> line;
};
using ToVerify = std::variant<ProofQuestion, LineQuestion>;

/// What makes an offer more than a claim.
enum class ProvedBy : std::uint8_t { nothing, signature, attestation };

/// code is `added` when all is well, otherwise why not (key_invalid, key_too_weak, not_proved, …)
/// with a sentence in text. The other fields are filled as far as they are known.
struct KeyVerdict {
  channel::ResultCode code = channel::ResultCode::internal;
  /// nothing: a security key without a signature, and with no attestation that proves it; the code
  /// may be `added` all the same, since the monitor may ask for a signature. Nobody may write such
  /// a key.
  ProvedBy proved_by = ProvedBy::nothing;
  std::uint8_t user_present = 0;  ///< as the proof says
  std::uint8_t user_verified = 0;
  attest::Grade grade = attest::Grade::none;  ///< of the attestation
  std::uint8_t has_aaguid = 0;
  attest::Aaguid aaguid{};
  TextField grade_why;      ///< one sentence; empty for hardware
  NameField root;           ///< common name, hardware alone
  NameField model;          ///< the leaf's common name; below hardware a claim
  TextField trust_trouble;  ///< what of the trusted folders could not be read; empty: nothing
  TextField text;
  NameField key_type;     ///< "ssh-ed25519"
  NameField fingerprint;  ///< "SHA256:…"
  KeyField key;           ///< the blob, canonical: what the writer is to write
  CommentField comment;   ///< sanitised
  /// The attestation as it may be kept: with the challenge that it was made over. Empty: none came.
  FixedBytes<attest::kMaxRecord> attestation;
};
using FromVerify = std::variant<KeyVerdict>;

}  // namespace latchkey::roles
