// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "core/attest/policy.hpp"
#include "core/channel/refusal.hpp"
#include "firmware/roles/offer_fields.hpp"
#include "firmware/roles/token_messages.hpp"

/// What latchkeyd and latchkey-net say to each other. Each message travels as one packet: its
/// index in the variant (one byte), then the struct (role_channel.hpp).
namespace latchkey::roles {

inline constexpr std::size_t kMaxAccounts = 8;
inline constexpr std::size_t kMaxKeyTypes = 24;
inline constexpr std::size_t kMaxHostKeys = 4;

// --- monitor to net -------------------------------------------------------------------------

/// First message: everything about this window but the code.
struct ServeWindow {
  std::array<std::uint8_t, 16> nonce{};
  std::array<std::uint8_t, 32> challenge{};
  std::uint8_t groups = 8;
  std::uint8_t listeners = 0;  ///< listening sockets, from kFirstListener on
  std::uint8_t account_count = 0;
  std::uint8_t key_type_count = 0;
  std::uint8_t host_key_count = 0;
  attest::HardwareRule hardware = attest::HardwareRule::any;
  std::uint8_t user_verification = 0;
  std::uint8_t confirm_press = 0;
  std::uint8_t sshd_running = 0;
  std::uint16_t ssh_port = 22;
  std::uint32_t max_validity_days = 0;
  NameField device;
  NameField model;
  std::array<AccountField, kMaxAccounts> accounts{};
  std::array<NameField, kMaxKeyTypes> key_types{};
  std::array<FixedBytes<1100>, kMaxHostKeys> host_keys{};
};
/// The code for a peer that has greeted. Sent once for each PeerGreeted that is accepted.
struct UseCode {
  std::uint32_t peer = 0;  ///< the number in its PeerGreeted: that peer may have left meanwhile
  FixedText<10> digits;
};
/// The guess is on record: the Pi's share may leave.
struct ReleaseShare {};
/// The code is proved: nobody else may come. Close the listening sockets.
struct StopAccepting {};
/// End the conversation of every peer that has greeted with a reason; keep listening.
struct RefusePeer {
  channel::RefusalReason reason = channel::RefusalReason::internal;
  std::uint8_t tries_left = 0;
};
/// End the conversation of every peer that has got its code, whatever its state, once what was said
/// before is delivered.
struct DropPeer {};
/// The answer to an offer or a verdict.
struct AnswerPeer {
  channel::ResultCode code = channel::ResultCode::internal;
  std::uint8_t sshd_running = 0;
  std::uint64_t log_position = 0;
  std::array<std::uint8_t, 32> log_hash{};
  TextField text;
  NameField fingerprint;
  PathField path;
  TextField hardware;
};
/// The attestation of the offer is not proof enough: the host shall offer it again, signed.
struct AskSignature {
  TextField why;
};
/// What the security key in the Pi, or its person, waits for.
struct TokenReport {
  channel::TokenNews news = channel::TokenNews::plug_in;
  std::uint8_t tries_left = 0;
  NameField key;
  std::uint32_t question{};  ///< number of one that asks for a PIN, for its PinArrived
};
/// The key that was made on it, once it is proved and before it is confirmed and written.
struct HandOver {
  KeyHandleFields made;
};
/// One of the handles asked for; then HandlesEnd, upon which all are sent.
struct HandleItem {
  KeyHandleFields handle;
};
struct HandlesEnd {};
using ToNet =
    std::variant<ServeWindow, UseCode, ReleaseShare, StopAccepting, RefusePeer, AnswerPeer,
                 DropPeer, AskSignature, TokenReport, HandOver, HandleItem, HandlesEnd>;

// --- net to monitor -------------------------------------------------------------------------

/// A connection sent a whole greeting. A second one while a peer is there is reported too: the
/// monitor calls it overlap.
struct PeerGreeted {
  std::uint32_t peer = 0;  ///< counts from 1
  NameField name;
  NameField address;
};
struct ShareWanted {};
struct CodeProved {};
struct CodeWrong {};
struct OfferArrived {
  AccountField account;
  KeyField key;
  CommentField comment;
  LimitsFields limits;
  FixedBytes<kMaxSignature> signature;
  FixedBytes<attest::kMaxRecord> attestation;
};
struct TokenRequested {
  AccountField account;
  CommentField comment;
  LimitsFields limits;
  channel::TokenAlgorithm algorithm = channel::TokenAlgorithm::best;
  std::uint8_t resident = 0;
  std::uint8_t verify = 0;
  std::uint8_t existing = 0;
  FixedText<channel::kMaxApplication> application;
  FixedText<channel::kMaxUser> user;
};
/// Typed at the host for the key in the Pi. Wiped by both sides.
struct PinArrived {
  FixedBytes<channel::kMaxPin> pin;
  /// Of the TokenReport that it answers: another may be on its way, about another key.
  std::uint32_t question{};
};
struct HandlesRequested {
  AccountField account;
};
struct VerdictArrived {
  std::uint8_t logged_in = 0;
};
/// The peer left (it hung up in good order: what it was sent before has reached it), stalled, broke
/// the protocol, or was lost (its connection broke). Sent once for each peer that had greeted,
/// except those that RefusePeer or DropPeer ended after their UseCode. (A RefusePeer may have
/// crossed a PeerGreeted on the way: then PeerGone follows, so that the monitor never waits for
/// somebody who is not there.)
struct PeerGone {
  enum class Why : std::uint8_t { left, stalled, broke_protocol, lost } why = Why::left;
};
using FromNet =
    std::variant<PeerGreeted, ShareWanted, CodeProved, CodeWrong, OfferArrived, VerdictArrived,
                 PeerGone, TokenRequested, PinArrived, HandlesRequested>;

inline constexpr int kRoleChannel = 3;    ///< every role's socket to the monitor
inline constexpr int kFirstListener = 4;  ///< latchkey-net's listening sockets

}  // namespace latchkey::roles
