// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/channel/refusal.hpp"
#include "core/pairing/led.hpp"

/// What the owner of a pairing window has to do, each one obvious deed, in the order given. To
/// end, drop or tell what is not there any more does nothing. If something cannot be started,
/// made or stored, the rest of the list is dropped and ServiceFailed fed instead; for StartWrite
/// WriteFailed, for StartRemoval RemovalFinished. A role that was ended is not listened to, not
/// even to what it said before.
namespace latchkey::pairing {

/// Why a window, or a conversation that outlived it, ended.
enum class Reason : std::uint8_t {
  finished,            ///< enrolled, and the time for second thoughts is over
  undone,              ///< enrolled, then taken out again on request
  removal_failed,      ///< should be taken out, but the file could not be changed
  cancelled,           ///< a second short press
  nobody_came,         ///< no peer within the time for it
  window_ended,        ///< the whole window's time is over
  too_many_codes,      ///< no codes left
  overlap,             ///< two peers, or two security keys
  stalled,             ///< a machine took longer than its step may take
  no_offer,            ///< code proved, then nothing
  peer_left,           ///< code proved, then gone
  proof_refused,       ///< the key offered is not allowed, or was not proved
  token_failed,        ///< the security key in the Pi could not make a key
  not_confirmed,       ///< the second press did not come
  write_failed,        ///< authorized_keys could not be changed; it is as before
  protocol_violation,  ///< a role said what it can only say when taken over
  service_failed,      ///< a role died or could not be started
  shut_down,           ///< the daemon ends
};
inline constexpr std::size_t kReasonCount = 18;
[[nodiscard]] std::string_view name(Reason reason) noexcept;  ///< stable, snake_case

/// What an answer is made of.
enum class Answer : std::uint8_t {
  as_verified,    ///< what the verifier refused
  as_written,     ///< what the writer did (added, already there) or could not do
  as_removed,     ///< how the removal went
  kept,           ///< not taken out: the line was there before
  not_confirmed,  ///< the second press did not come
  write_stalled,  ///< the writer was ended; the file is as before or has the key
  timed_out,      ///< a step on the Pi took too long
  overlap,        ///< two security keys in the Pi
  window_closed,  ///< ended while the request was on its way
  internal,       ///< a fault on the Pi
};
[[nodiscard]] std::string_view name(Answer answer) noexcept;

struct StartListening {};  ///< start the net role with its listening sockets, a fresh challenge
struct StopAccepting {};   ///< close them, keep the one authenticated peer
struct StopListening {};   ///< end the net role; what was said to the peer before is delivered
struct MakeCode {};        ///< make a BlinkCode (before Show{code}) and hand it to net
struct WipeCode {};        ///< the LED's program too; net wipes its own when used or dropped
struct Show {
  Pattern pattern = Pattern::off;
  Pattern then = Pattern::off;  ///< after a pattern that ends by itself
};                              ///< make_program() takes both
struct ReleaseShare {};         ///< the net role may send the Pi's share
struct RefusePeer {
  channel::Refusal refusal;
};                   ///< say so to every peer; inside the encrypted channel as an outcome
struct DropPeer {};  ///< end every peer's connection, once what was said is delivered
/// Start the token role; it tells at once of a key that is there.
struct WatchKeys {
  bool asked = false;  ///< by a host; else nothing is done where `key_in_pi` forbids it
};
struct StopToken {};  ///< end the token role, whatever it does
/// Make a credential on the key that is plugged in, or the next one: as the peer asked; without a
/// peer for the default account, by touch alone. Holds until KeyMade or TokenFailed.
struct MakeKey {};
/// The offer shall be proved by a signature: say so to the token role if the offer is from_token,
/// otherwise to the peer.
struct AskSignature {};
/// The last that the peer hears: the handles it asked for, or that they cannot be read.
struct TellHandles {};
struct StartVerify {};
struct StopVerify {};
struct StartWrite {};
struct StartRemoval {};
struct StopWriter {};  ///< kill it: it has had its time
struct AnswerPeer {
  Answer answer = Answer::internal;
};
/// Store both on disk and sync before the next action; PowerOn brings them back.
struct PersistFailures {
  std::uint32_t failures = 0;
  bool locked = false;
};
/// Log and count it; the window goes on.
struct Record {
  Reason reason = Reason::protocol_violation;
};
/// Log and count it; nothing of the window is left.
struct Close {
  Reason reason = Reason::finished;
};

using Action = std::variant<StartListening, StopAccepting, StopListening, MakeCode, WipeCode, Show,
                            ReleaseShare, RefusePeer, DropPeer, WatchKeys, StopToken, MakeKey,
                            AskSignature, TellHandles, StartVerify, StopVerify, StartWrite,
                            StartRemoval, StopWriter, AnswerPeer, PersistFailures, Record, Close>;

/// "persist_failures 2 unlocked": for logs, tests and the docs. Holds no secret.
[[nodiscard]] std::string describe(const Action& action);

}  // namespace latchkey::pairing
