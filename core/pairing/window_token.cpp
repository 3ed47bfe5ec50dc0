// SPDX-License-Identifier: MIT
// What happens at the Pi's own USB ports: what the token role says, and what is asked of it.
#include "core/pairing/window_turn.hpp"

namespace latchkey::pairing {

using channel::RefusalReason;

void Turn::on(const TokenRequested& /*event*/) {
  if (state_.phase != Phase::code_proved || state_.signature_asked) return violation();
  state_.owes_answer = true;
  act(WatchKeys{true});
  act(MakeKey{});
  act(Show{Pattern::window_open, Pattern::off});
  enter(Phase::key_wanted);
}

void Turn::on(const SecurityKeyArrived& /*event*/) {
  if (!watches_keys()) return;  // closed, or somebody else is meant
  if (state_.key_here) return close(Reason::overlap);
  state_.key_here = true;
  switch (state_.phase) {
    case Phase::open:
    case Phase::code_shown:
    case Phase::guess_spent: break;
    default: return;  // the one that is waited for, or pulled out and back
  }
  if (state_.peer) {
    act(RefusePeer{{RefusalReason::key_in_pi, 0}});
    act(DropPeer{});
    state_.peer = false;
  }
  act(StopListening{});
  act(WipeCode{});
  act(MakeKey{});
  act(Show{Pattern::touch, Pattern::off});
  enter(Phase::key_plugged);
}

void Turn::on(const SecondSecurityKey& /*event*/) {
  if (watches_keys()) close(Reason::overlap);
}

void Turn::on(const SecurityKeyLeft& /*event*/) {
  if (!watches_keys() || !state_.key_here) return;
  state_.key_here = false;
  if (state_.phase == Phase::key_wanted) return act(Show{Pattern::window_open, Pattern::off});
  // While verifying it is not needed, unless a signature is; elsewhere it had failed.
  if (state_.phase != Phase::key_plugged) return;
  watch_anew();
  give_key_up({Pattern::window_open, Pattern::off});
}

void Turn::on(const TouchWanted& /*event*/) {
  if (!state_.key_here) return;  // crossed its being pulled out
  if (state_.phase != Phase::key_plugged && state_.phase != Phase::key_wanted) return;
  act(Show{Pattern::touch, Pattern::off});
}

void Turn::on(const PinWanted& /*event*/) {
  if (state_.phase != Phase::key_wanted) return token_violation();
  if (state_.key_here) act(Show{Pattern::working, Pattern::off});
}

void Turn::on(const KeyMade& /*event*/) {
  if (state_.phase != Phase::key_plugged && state_.phase != Phase::key_wanted) {
    return token_violation();
  }
  state_.from_token = true;
  act(StartVerify{});
  act(Show{Pattern::working, Pattern::off});
  enter(Phase::verifying);
}

void Turn::on(const TokenFailed& /*event*/) {
  if (state_.phase == Phase::key_wanted) return close(Reason::token_failed);
  if (state_.phase != Phase::key_plugged) return token_violation();
  act(Record{Reason::token_failed});
  give_key_up({Pattern::refused, Pattern::window_open});
}

/// The token role lives, and somebody may be plugging something in.
bool Turn::watches_keys() const noexcept {
  switch (state_.phase) {
    case Phase::open:
    case Phase::key_plugged:
    case Phase::code_shown:
    case Phase::guess_spent:
    case Phase::key_wanted: return true;
    case Phase::verifying: return state_.from_token;
    default: return false;
  }
}

void Turn::stop_token() {
  act(StopToken{});
  state_.key_here = false;
}

/// An order that crosses the key's being pulled out would wait for the next one, with a challenge
/// that is over by then. A new role knows of no order.
void Turn::watch_anew() {
  stop_token();
  act(WatchKeys{});
}

/// Nothing came of this key: a peer, or a key, may come as if it had not been there. Codes that
/// were used up stay used up.
void Turn::give_key_up(Show shown) {
  state_.from_token = false;
  state_.signature_asked = false;
  act(StartListening{});
  act(shown);
  enter(Phase::open);
}

/// As violation(), but from the moment of writing on the token role has ended: whatever this is,
/// neither the key nor the peer has a part in it.
void Turn::token_violation() {
  switch (state_.phase) {
    case Phase::idle:
    case Phase::locked: return;
    case Phase::writing:
    case Phase::removing:
    case Phase::done: act(Record{Reason::protocol_violation}); return stop_token();
    default: return close(Reason::protocol_violation);
  }
}

}  // namespace latchkey::pairing
