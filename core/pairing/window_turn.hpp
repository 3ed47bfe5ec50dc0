// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/pairing/window.hpp"

/// The inside of step(): one event's worth of changes to a window. Not for other folders.
namespace latchkey::pairing {

class Turn final {
 public:
  Turn(const Policy& policy, State state) : policy_(policy), state_(std::move(state)) {}

  /// Moves time on, never back.
  void at(Instant now) { state_.now = std::max(state_.now, now); }
  /// The deadline of this phase has come.
  void expire();
  void on(const PowerOn& event);
  void on(const ShortPress& event);
  void on(const Hold& event);
  void on(const OpenRequested& event);
  void on(const ShutDown& event);
  void on(const PeerGreeted& event);
  void on(const ShareWanted& event);
  void on(const CodeWrong& event);
  void on(const CodeProved& event);
  void on(const OfferArrived& event);
  void on(const TokenRequested& event);
  void on(const HandlesRequested& event);
  void on(const VerdictLoggedIn& event);
  void on(const VerdictTakeOut& event);
  void on(const PeerGone& event);
  void on(const ProofAccepted& event);
  void on(const ProofRefused& event);
  void on(const SignatureWanted& event);
  void on(const WriteSucceeded& event);
  void on(const WriteFailed& event);
  void on(const RemovalFinished& event);
  void on(const SecurityKeyArrived& event);
  void on(const SecondSecurityKey& event);
  void on(const SecurityKeyLeft& event);
  void on(const TouchWanted& event);
  void on(const PinWanted& event);
  void on(const KeyMade& event);
  void on(const TokenFailed& event);
  void on(const RuleBroken& /*event*/) { violation(); }
  void on(const ServiceFailed& event);
  void on(const TimePassed& /*expire() did it*/) {}

  [[nodiscard]] const State& state() const noexcept { return state_; }
  [[nodiscard]] Step finish() && { return {std::move(state_), std::move(actions_)}; }

 private:
  void act(Action action) { actions_.push_back(action); }
  void enter(Phase phase);

  void open();
  void reopen();
  void retry(std::optional<channel::RefusalReason> word, Pattern shown);
  [[nodiscard]] bool presses_too_early() const noexcept;
  void write();
  void remove();
  void answer(Answer answer);
  void violation();

  // window_token.cpp
  void stop_token();
  void give_key_up(Show shown);
  void watch_anew();
  void token_violation();
  [[nodiscard]] bool watches_keys() const noexcept;

  // window_closing.cpp: the one door, and what is remembered of failed windows
  void close(Reason reason);
  void take_leave(Reason reason);
  void count_failure();
  void forget_failures();
  void forget_old_failures();
  [[nodiscard]] bool must_lock() const noexcept;

  const Policy& policy_;
  State state_;
  std::vector<Action> actions_;
};

}  // namespace latchkey::pairing
