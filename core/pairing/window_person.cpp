// SPDX-License-Identifier: MIT
// What the person at the Pi, or its power switch, says to a window.
#include <algorithm>

#include "core/pairing/window_turn.hpp"

namespace latchkey::pairing {

void Turn::on(const PowerOn& event) {
  if (state_.phase != Phase::idle) return;
  // Nobody knows how long the power was off, so everything stored happened just now.
  const std::uint32_t enough = policy_.failures_to_lock;
  state_.failures.assign(std::min(event.failures, enough), state_.now);
  const bool locks = event.locked || (enough != 0 && event.failures >= enough);
  act(Show{locks ? Pattern::locked : Pattern::off, Pattern::off});
  if (!locks) return;
  enter(Phase::locked);
  act(PersistFailures{static_cast<std::uint32_t>(state_.failures.size()), true});
}

void Turn::on(const ShortPress& /*event*/) {
  if (presses_too_early()) return;
  switch (state_.phase) {
    case Phase::idle: return open();
    case Phase::done: return reopen();
    case Phase::open:
    case Phase::key_plugged:
    case Phase::code_shown:
    case Phase::guess_spent:
    case Phase::code_proved:
    case Phase::key_wanted:
    case Phase::verifying: return close(Reason::cancelled);
    case Phase::confirming: return write();
    case Phase::writing:
    case Phase::removing:
    case Phase::locked: return;
  }
}

/// The host may have asked for the confirming press already, in good faith: it cannot know how long
/// the proof is looked at, nor that it will have to sign. Whoever wants to cancel waits for that.
bool Turn::presses_too_early() const noexcept {
  if (!policy_.confirm_press) return false;
  if (state_.phase == Phase::code_proved) return state_.signature_asked;
  return state_.phase == Phase::verifying;
}

void Turn::on(const OpenRequested& /*event*/) {
  if (state_.phase == Phase::idle) return open();
  if (state_.phase == Phase::done) return reopen();
}

void Turn::on(const Hold& /*event*/) {
  if (state_.phase != Phase::done) return;
  if (state_.already_there) return act(Show{Pattern::refused, Pattern::off});
  remove();
}

void Turn::on(const ShutDown& /*event*/) {
  // Half a write is worse to explain than a daemon that ends some milliseconds later.
  if (state_.phase == Phase::writing || state_.phase == Phase::removing) {
    state_.stopping = true;
    return;
  }
  close(Reason::shut_down);
}

}  // namespace latchkey::pairing
