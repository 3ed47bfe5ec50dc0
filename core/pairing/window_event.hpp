// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "core/time.hpp"

/// Everything that can happen to a pairing window, as plain values.
namespace latchkey::pairing {

/// The daemon starts. What it had stored by PersistFailures: hostile numbers do no harm.
struct PowerOn {
  std::uint32_t failures = 0;
  bool locked = false;
};
// The person at the button (gestures.hpp) and at the Pi's own terminal.
struct ShortPress {};
struct Hold {};
struct OpenRequested {};  ///< latchkeyctl pair: opens as a press does, never confirms or closes
struct ShutDown {};       ///< the daemon was asked to end; it may when Close{shut_down} came
// The net role, about its one peer.
struct PeerGreeted {};
struct ShareWanted {};  ///< the Pi's share is about to leave: the guess is spent here
struct CodeWrong {};
struct CodeProved {};
struct OfferArrived {};
struct TokenRequested {};    ///< in place of an offer: make the key on one plugged into the Pi
struct HandlesRequested {};  ///< in place of an offer: what was made at the Pi before?
struct VerdictLoggedIn {};
struct VerdictTakeOut {};
struct PeerGone {};
// The verifier and the writer. A writer that died or was killed has failed.
struct ProofAccepted {};
struct ProofRefused {};
struct SignatureWanted {};  ///< nothing is proved yet; policy would take a signature
struct WriteSucceeded {
  bool already_there = false;
};
struct WriteFailed {};
struct RemovalFinished {
  bool ok = false;
};
// The token role.
struct SecurityKeyArrived {};  ///< one is plugged in, or was when the window opened
struct SecondSecurityKey {};
struct SecurityKeyLeft {};
struct TouchWanted {};  ///< it blinks now
struct PinWanted {};    ///< of the peer; never where nobody could type it
struct KeyMade {};      ///< after MakeKey; once more after AskSignature, signed
struct TokenFailed {};  ///< nothing comes of the order; it is not tried again on this key
// The machinery.
struct RuleBroken {};     ///< by what a role said, as its owner sees: a role taken over
struct ServiceFailed {};  ///< net, verify or token died, or an action could not be done
struct TimePassed {};     ///< next_deadline() was reached

using EventBody =
    std::variant<PowerOn, ShortPress, Hold, OpenRequested, ShutDown, PeerGreeted, ShareWanted,
                 CodeWrong, CodeProved, OfferArrived, TokenRequested, HandlesRequested,
                 VerdictLoggedIn, VerdictTakeOut, PeerGone, ProofAccepted, ProofRefused,
                 SignatureWanted, WriteSucceeded, WriteFailed, RemovalFinished, SecurityKeyArrived,
                 SecondSecurityKey, SecurityKeyLeft, TouchWanted, PinWanted, KeyMade, TokenFailed,
                 RuleBroken, ServiceFailed, TimePassed>;

struct Event {
  Instant at;  ///< CLOCK_BOOTTIME, so that the wall clock may jump
  EventBody body;
};

/// The alternatives of EventBody, in its order.
enum class EventKind : std::uint8_t {
  power_on,
  short_press,
  hold,
  open_requested,
  shut_down,
  peer_greeted,
  share_wanted,
  code_wrong,
  code_proved,
  offer_arrived,
  token_requested,
  handles_requested,
  verdict_logged_in,
  verdict_take_out,
  peer_gone,
  proof_accepted,
  proof_refused,
  signature_wanted,
  write_succeeded,
  write_failed,
  removal_finished,
  security_key_arrived,
  second_security_key,
  security_key_left,
  touch_wanted,
  pin_wanted,
  key_made,
  token_failed,
  rule_broken,
  service_failed,
  time_passed,
};

[[nodiscard]] EventKind kind(const EventBody& body) noexcept;
[[nodiscard]] std::string_view name(EventKind kind) noexcept;  ///< stable, snake_case

}  // namespace latchkey::pairing
