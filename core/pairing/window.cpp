// SPDX-License-Identifier: MIT
#include "core/pairing/window.hpp"

#include <algorithm>

#include "core/pairing/window_turn.hpp"

namespace latchkey::pairing {

using channel::RefusalReason;

Step step(const Policy& policy, const State& state, const Event& event) {
  Turn turn(policy, state);
  const Instant at = std::max(state.now, event.at);
  for (auto due = next_deadline(policy, state); due && *due <= at;
       due = next_deadline(policy, turn.state())) {
    turn.at(*due);
    turn.expire();
  }
  turn.at(at);
  std::visit([&turn](const auto& body) { turn.on(body); }, event.body);
  return std::move(turn).finish();
}

std::optional<Instant> next_deadline(const Policy& policy, const State& state) {
  const Instant end = state.opened + policy.window;
  const auto bounded = [&](Millis limit) { return std::min(state.since + limit, end); };
  switch (state.phase) {
    case Phase::idle: return std::nullopt;
    case Phase::open: return bounded(policy.somebody_comes);
    case Phase::key_plugged:
    case Phase::key_wanted: return end;
    case Phase::code_shown: return bounded(policy.code_lifetime);
    case Phase::guess_spent:
    case Phase::verifying: return bounded(policy.machine_step);
    case Phase::code_proved: return bounded(policy.offer);
    case Phase::confirming: return bounded(policy.confirm);
    case Phase::writing:
    case Phase::removing: return state.since + policy.machine_step;
    case Phase::done: return state.since + policy.verdict;
    case Phase::locked: return state.since + policy.lock;
  }
  return std::nullopt;
}

std::uint8_t codes_left(const Policy& policy, const State& state) noexcept {
  return static_cast<std::uint8_t>(std::max(policy.codes - state.codes_made, 0));
}

void Turn::expire() {
  const bool window_over = state_.now >= state_.opened + policy_.window;
  const auto close_as = [&](Reason reason) { close(window_over ? Reason::window_ended : reason); };
  switch (state_.phase) {
    case Phase::idle: return;
    case Phase::open: return close(Reason::nobody_came);
    case Phase::key_plugged:
    case Phase::key_wanted: return close(Reason::window_ended);
    case Phase::code_shown:
      if (window_over) return close(Reason::window_ended);
      return retry(RefusalReason::timed_out, Pattern::window_open);
    case Phase::guess_spent:
      if (window_over) return close(Reason::window_ended);
      return retry(RefusalReason::timed_out, Pattern::refused);
    case Phase::code_proved: return close_as(Reason::no_offer);
    case Phase::verifying: return close_as(Reason::stalled);
    case Phase::confirming: return close_as(Reason::not_confirmed);
    case Phase::writing:
    case Phase::removing:
      act(StopWriter{});
      answer(Answer::write_stalled);
      return close(state_.phase == Phase::writing ? Reason::stalled : Reason::removal_failed);
    case Phase::done: return close(Reason::finished);
    case Phase::locked:
      forget_failures();
      act(Show{Pattern::off, Pattern::off});
      return enter(Phase::idle);
  }
}

void Turn::enter(Phase phase) {
  state_.phase = phase;
  state_.since = state_.now;
}

void Turn::open() {
  state_.opened = state_.now;
  act(StartListening{});
  act(WatchKeys{});
  act(Show{Pattern::window_open, Pattern::off});
  enter(Phase::open);
}

/// A window enrols one key: for the next one a new window.
void Turn::reopen() {
  close(Reason::finished);
  open();
}

/// This code is gone: somebody may come again for the next one, if there is one.
void Turn::retry(std::optional<RefusalReason> word, Pattern shown) {
  if (codes_left(policy_, state_) == 0) return close(Reason::too_many_codes);
  if (word) act(RefusePeer{{*word, codes_left(policy_, state_)}});
  if (state_.peer) act(DropPeer{});
  state_.peer = false;
  act(WipeCode{});
  act(shown == Pattern::refused ? Show{Pattern::refused, Pattern::window_open}
                                : Show{shown, Pattern::off});
  enter(Phase::open);
}

void Turn::write() {
  act(StartWrite{});
  act(Show{Pattern::working, Pattern::off});
  enter(Phase::writing);
}

void Turn::remove() {
  act(StartRemoval{});
  act(Show{Pattern::working, Pattern::off});
  enter(Phase::removing);
}

void Turn::answer(Answer answer) {
  if (!state_.owes_answer) return;
  state_.owes_answer = false;
  act(AnswerPeer{answer});
}

/// What only a taken-over role can say. From the moment of writing on the key was earned:
/// then the role alone ends, and the person can still undo it.
void Turn::violation() {
  switch (state_.phase) {
    case Phase::idle:
    case Phase::locked: return;
    case Phase::writing:
    case Phase::removing:
    case Phase::done:
      act(Record{Reason::protocol_violation});
      act(StopListening{});
      state_.peer = false;
      state_.owes_answer = false;
      return;
    default: return close(Reason::protocol_violation);
  }
}

}  // namespace latchkey::pairing
