// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>

#include "core/pairing/window.hpp"

namespace latchkey::pairing {
namespace {

template <std::size_t Count, class Enum>
std::string_view name_in(const std::array<std::string_view, Count>& names, Enum value) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < Count ? names[index] : std::string_view("?");
}

constexpr std::array<std::string_view, std::variant_size_v<EventBody>> kEvents{
    "power_on",
    "short_press",
    "hold",
    "open_requested",
    "shut_down",
    "peer_greeted",
    "share_wanted",
    "code_wrong",
    "code_proved",
    "offer_arrived",
    "token_requested",
    "handles_requested",
    "verdict_logged_in",
    "verdict_take_out",
    "peer_gone",
    "proof_accepted",
    "proof_refused",
    "signature_wanted",
    "write_succeeded",
    "write_failed",
    "removal_finished",
    "security_key_arrived",
    "second_security_key",
    "security_key_left",
    "touch_wanted",
    "pin_wanted",
    "key_made",
    "token_failed",
    "rule_broken",
    "service_failed",
    "time_passed"};
static_assert(kEvents.size() == static_cast<std::size_t>(EventKind::time_passed) + 1);

constexpr std::array<std::string_view, kReasonCount> kReasons{
    "finished",           "undone",         "removal_failed", "cancelled",     "nobody_came",
    "window_ended",       "too_many_codes", "overlap",        "stalled",       "no_offer",
    "peer_left",          "proof_refused",  "token_failed",   "not_confirmed", "write_failed",
    "protocol_violation", "service_failed", "shut_down"};

constexpr std::array<std::string_view, 10> kAnswers{
    "as_verified",   "as_written", "as_removed", "kept",          "not_confirmed",
    "write_stalled", "timed_out",  "overlap",    "window_closed", "internal"};

constexpr std::array<std::string_view, kPhaseCount> kPhases{
    "idle",        "open",       "key_plugged", "code_shown", "guess_spent",
    "code_proved", "key_wanted", "verifying",   "confirming", "writing",
    "done",        "removing",   "locked"};

constexpr std::array<std::string_view, 11> kRefusals{
    "?",         "version_mismatch", "busy",      "overlap",  "wrong_code", "too_many_codes",
    "timed_out", "window_closed",    "malformed", "internal", "key_in_pi"};

struct Description {
  std::string operator()(const StartListening& /*a*/) const { return "start_listening"; }
  std::string operator()(const StopAccepting& /*a*/) const { return "stop_accepting"; }
  std::string operator()(const StopListening& /*a*/) const { return "stop_listening"; }
  std::string operator()(const MakeCode& /*a*/) const { return "make_code"; }
  std::string operator()(const WipeCode& /*a*/) const { return "wipe_code"; }
  std::string operator()(const Show& a) const {
    if (a.then == Pattern::off) return fmt::format("show {}", name(a.pattern));
    return fmt::format("show {} then {}", name(a.pattern), name(a.then));
  }
  std::string operator()(const ReleaseShare& /*a*/) const { return "release_share"; }
  std::string operator()(const RefusePeer& a) const {
    return fmt::format("refuse_peer {} {}", name_in(kRefusals, a.refusal.reason),
                       a.refusal.tries_left);
  }
  std::string operator()(const DropPeer& /*a*/) const { return "drop_peer"; }
  std::string operator()(const WatchKeys& a) const {
    return a.asked ? "watch_keys asked" : "watch_keys";
  }
  std::string operator()(const StopToken& /*a*/) const { return "stop_token"; }
  std::string operator()(const MakeKey& /*a*/) const { return "make_key"; }
  std::string operator()(const AskSignature& /*a*/) const { return "ask_signature"; }
  std::string operator()(const TellHandles& /*a*/) const { return "tell_handles"; }
  std::string operator()(const StartVerify& /*a*/) const { return "start_verify"; }
  std::string operator()(const StopVerify& /*a*/) const { return "stop_verify"; }
  std::string operator()(const StartWrite& /*a*/) const { return "start_write"; }
  std::string operator()(const StartRemoval& /*a*/) const { return "start_removal"; }
  std::string operator()(const StopWriter& /*a*/) const { return "stop_writer"; }
  std::string operator()(const AnswerPeer& a) const {
    return fmt::format("answer {}", name(a.answer));
  }
  std::string operator()(const PersistFailures& a) const {
    return fmt::format("persist_failures {} {}", a.failures, a.locked ? "locked" : "unlocked");
  }
  std::string operator()(const Record& a) const { return fmt::format("record {}", name(a.reason)); }
  std::string operator()(const Close& a) const { return fmt::format("close {}", name(a.reason)); }
};

}  // namespace

EventKind kind(const EventBody& body) noexcept { return static_cast<EventKind>(body.index()); }
std::string_view name(EventKind kind) noexcept { return name_in(kEvents, kind); }
std::string_view name(Reason reason) noexcept { return name_in(kReasons, reason); }
std::string_view name(Answer answer) noexcept { return name_in(kAnswers, answer); }
std::string_view name(Phase phase) noexcept { return name_in(kPhases, phase); }

std::string describe(const Action& action) { return std::visit(Description{}, action); }

}  // namespace latchkey::pairing
