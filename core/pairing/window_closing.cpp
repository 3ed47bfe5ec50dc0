// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "core/pairing/window_turn.hpp"

namespace latchkey::pairing {
namespace {

using channel::RefusalReason;

/// How an ending looks and sounds. A refusal is for a peer that has not asked anything inside
/// the channel yet, an answer for one that has.
struct Ending {
  Reason reason;
  Pattern pattern;
  RefusalReason refusal;
  Answer answer;
};

constexpr std::array kEndings{
    Ending{Reason::finished, Pattern::off, RefusalReason::window_closed, Answer::window_closed},
    Ending{Reason::undone, Pattern::undone, RefusalReason::window_closed, Answer::as_removed},
    Ending{Reason::removal_failed, Pattern::refused, RefusalReason::internal, Answer::as_removed},
    Ending{Reason::cancelled, Pattern::off, RefusalReason::window_closed, Answer::window_closed},
    Ending{Reason::nobody_came, Pattern::off, RefusalReason::timed_out, Answer::window_closed},
    Ending{Reason::window_ended, Pattern::refused, RefusalReason::window_closed,
           Answer::window_closed},
    Ending{Reason::too_many_codes, Pattern::start_again, RefusalReason::too_many_codes,
           Answer::window_closed},
    Ending{Reason::overlap, Pattern::start_again, RefusalReason::overlap, Answer::overlap},
    Ending{Reason::stalled, Pattern::refused, RefusalReason::timed_out, Answer::timed_out},
    Ending{Reason::no_offer, Pattern::refused, RefusalReason::timed_out, Answer::timed_out},
    Ending{Reason::peer_left, Pattern::refused, RefusalReason::window_closed,
           Answer::window_closed},
    Ending{Reason::proof_refused, Pattern::refused, RefusalReason::internal, Answer::as_verified},
    Ending{Reason::token_failed, Pattern::refused, RefusalReason::internal, Answer::as_verified},
    Ending{Reason::not_confirmed, Pattern::refused, RefusalReason::timed_out,
           Answer::not_confirmed},
    Ending{Reason::write_failed, Pattern::refused, RefusalReason::internal, Answer::as_written},
    Ending{Reason::protocol_violation, Pattern::fault, RefusalReason::malformed, Answer::internal},
    Ending{Reason::service_failed, Pattern::fault, RefusalReason::internal, Answer::internal},
    Ending{Reason::shut_down, Pattern::off, RefusalReason::window_closed, Answer::window_closed},
};
static_assert(kEndings.size() == kReasonCount);

constexpr bool in_order() {
  for (std::size_t i = 0; i < kEndings.size(); ++i) {
    if (static_cast<std::size_t>(kEndings[i].reason) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

void Turn::close(Reason reason) {
  const Pattern pattern = kEndings[static_cast<std::size_t>(reason)].pattern;
  forget_old_failures();
  const bool stays_locked = state_.phase == Phase::locked;
  const bool locks = !stays_locked && must_lock();

  take_leave(reason);
  if (state_.phase == Phase::verifying) act(StopVerify{});
  act(StopToken{});
  act(StopListening{});
  act(WipeCode{});
  if (!locks || reason == Reason::shut_down) {
    act(Show{pattern, Pattern::off});
  } else if (pattern == Pattern::off) {
    act(Show{Pattern::locked, Pattern::off});
  } else {
    act(Show{pattern, Pattern::locked});
  }
  act(Close{reason});
  // Last, because a failure to store it drops what follows.
  if (locks) act(PersistFailures{static_cast<std::uint32_t>(state_.failures.size()), true});

  State closed;
  closed.now = state_.now;
  closed.since = stays_locked ? state_.since : state_.now;
  closed.phase = locks || stays_locked ? Phase::locked : Phase::idle;
  closed.failures = std::move(state_.failures);
  const bool then_shut_down = state_.stopping && reason != Reason::shut_down;
  state_ = std::move(closed);
  if (then_shut_down) close(Reason::shut_down);
}

/// Nobody waits for a time-out to learn that it is over.
void Turn::take_leave(Reason reason) {
  const Ending& ending = kEndings[static_cast<std::size_t>(reason)];
  const bool has_offered = state_.phase >= Phase::verifying;
  if (state_.owes_answer) {
    answer(ending.answer);
  } else if (state_.peer && !has_offered) {
    act(RefusePeer{{ending.refusal, 0}});
  }
  if (state_.peer) act(DropPeer{});
}

/// Once a window, and on disk before the share leaves: no power cut takes it back.
void Turn::count_failure() {
  if (state_.guess_counted) return;
  forget_old_failures();
  const std::size_t enough = std::max<std::size_t>(policy_.failures_to_lock, 1);
  while (state_.failures.size() >= enough) state_.failures.erase(state_.failures.begin());
  state_.failures.push_back(state_.now);
  state_.guess_counted = true;
  act(PersistFailures{static_cast<std::uint32_t>(state_.failures.size()), false});
}

void Turn::forget_failures() {
  state_.failures.clear();
  state_.guess_counted = false;
  act(PersistFailures{0, false});
}

void Turn::forget_old_failures() {
  std::erase_if(state_.failures,
                [this](Instant failed) { return state_.now - failed >= policy_.failure_memory; });
}

bool Turn::must_lock() const noexcept {
  return state_.guess_counted && policy_.failures_to_lock != 0 &&
         state_.failures.size() >= policy_.failures_to_lock;
}

}  // namespace latchkey::pairing
