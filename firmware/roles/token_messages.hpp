// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "core/attest/record.hpp"
#include "core/channel/token_messages.hpp"
#include "firmware/roles/offer_fields.hpp"

/// What latchkeyd and latchkey-token say to each other. The role watches for security keys for as
/// long as it lives, which is within one window, and makes one credential at most.
namespace latchkey::roles {

/// channel::KeyHandle, flat.
struct KeyHandleFields {
  KeyField key;
  FixedBytes<channel::kMaxHandle> handle;
  std::uint8_t flags = 0;
  std::int64_t made = 0;  ///< seconds since 1970
  AccountField account;
  CommentField comment;
  FixedBytes<attest::kMaxRecord> attestation;

  /// False when a field does not fit.
  [[nodiscard]] bool assign(const channel::KeyHandle& from) noexcept;
  [[nodiscard]] channel::KeyHandle key_handle() const;
};

// --- monitor to token -----------------------------------------------------------------------

/// First message. `simulation`: the folder whose subfolders are the places that simulated security
/// keys may be plugged into (docs/reference/simulated-board.md); empty: real ones.
struct WatchKeys {
  PathField simulation;
};
/// Make a credential on the key that is plugged in, or as soon as one is. An unattended order is
/// for the key that arrived: it ends when that leaves, and is answered with KeyLeft when it has.
struct MakeKey {
  std::array<std::uint8_t, 32> challenge{};  ///< channel::attestation_challenge() of the statement
  channel::TokenAlgorithm algorithm = channel::TokenAlgorithm::best;
  std::uint8_t resident = 0;
  std::uint8_t verify = 0;
  std::uint8_t existing = 0;
  /// Nobody waits who could type a PIN: by touch alone, never resident, as U2F where need be.
  std::uint8_t unattended = 0;
  /// What U2F makes could not be enrolled: it is ECDSA, and its attestation names no model.
  std::uint8_t no_u2f = 0;
  FixedText<channel::kMaxApplication> application;
  FixedText<channel::kMaxUser> user;
  /// channel::enrolment_statement(): what SignStatement (and `existing`) signs.
  FixedBytes<1024> statement;
};
/// The attestation is not proof enough: sign the statement with the key just made.
struct SignStatement {};
/// The answer to PinWanted. Wiped by both sides.
struct UsePin {
  FixedBytes<channel::kMaxPin> pin;
};
using ToToken = std::variant<WatchKeys, MakeKey, SignStatement, UsePin>;

// --- token to monitor -----------------------------------------------------------------------

/// One is plugged in, or was when the role started.
struct KeyArrived {
  NameField name;
};
struct SecondKey {};
/// Also in answer to a SignStatement, when it left and the monitor was busy judging.
struct KeyLeft {};
/// It blinks, or is about to. Once for each touch, however often the key has to be asked.
struct TouchWanted {};
/// Only with a MakeKey that is not unattended.
struct PinWanted {
  std::uint8_t wrong = 0;  ///< the last one was
  std::uint8_t tries_left = 0;
};
/// After MakeKey; once more, with a signature, after SignStatement.
struct KeyMade {
  /// Without account, comment and time. The challenge in its attestation record is empty, as
  /// verify judges it; who keeps it fills in the window's, which the laptop needs later.
  KeyHandleFields made;
  FixedBytes<kMaxSignature> signature;  ///< SSHSIG over the statement; empty: none yet
};
/// Nothing comes of the order. The role goes on watching; this key is not asked again until it was
/// pulled out.
struct TokenFailed {
  std::uint8_t trouble = 0;  ///< fido::Trouble
  TextField text;            ///< what happened and what to do
};
using FromToken =
    std::variant<KeyArrived, SecondKey, KeyLeft, TouchWanted, PinWanted, KeyMade, TokenFailed>;

}  // namespace latchkey::roles
