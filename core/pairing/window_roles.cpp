// SPDX-License-Identifier: MIT
// What each of the other processes says to a window; the token role is in window_token.cpp.
#include "core/pairing/window_turn.hpp"

namespace latchkey::pairing {

using channel::RefusalReason;

void Turn::on(const PeerGreeted& /*event*/) {
  if (state_.phase == Phase::code_shown || state_.phase == Phase::guess_spent) {
    return close(Reason::overlap);
  }
  // Once a code is proved net takes nobody else; one that was on its way is turned away there.
  if (state_.phase != Phase::open) return;
  state_.peer = true;
  if (codes_left(policy_, state_) == 0) return close(Reason::too_many_codes);
  ++state_.codes_made;
  act(MakeCode{});
  act(Show{Pattern::code, Pattern::off});
  enter(Phase::code_shown);
}

void Turn::on(const ShareWanted& /*event*/) {
  if (state_.phase == Phase::open) return;  // from a peer that has just been dropped
  if (state_.phase != Phase::code_shown) return violation();
  count_failure();
  act(ReleaseShare{});
  act(WipeCode{});
  act(Show{Pattern::working, Pattern::off});
  enter(Phase::guess_spent);
}

void Turn::on(const CodeWrong& /*event*/) {
  if (state_.phase == Phase::guess_spent) {
    return retry(RefusalReason::wrong_code, Pattern::refused);
  }
  // Late: that peer was dropped, and perhaps another one has come.
  if (state_.phase == Phase::open || state_.phase == Phase::code_shown) return;
  violation();
}

void Turn::on(const CodeProved& /*event*/) {
  if (state_.phase == Phase::open) return;  // came too late
  if (state_.phase != Phase::guess_spent) return violation();
  act(StopAccepting{});
  stop_token();  // whoever proved the code is meant, not who plugs something in
  enter(Phase::code_proved);
}

void Turn::on(const OfferArrived& /*event*/) {
  if (state_.phase != Phase::code_proved) return violation();
  state_.owes_answer = true;
  act(StartVerify{});
  enter(Phase::verifying);
}

void Turn::on(const HandlesRequested& /*event*/) {
  if (state_.phase != Phase::code_proved || state_.signature_asked) return violation();
  act(TellHandles{});
  act(DropPeer{});
  state_.peer = false;
  // The guess was right: three that come for their handles are no three failed windows.
  state_.failures.clear();
  state_.guess_counted = false;
  close(Reason::finished);
  act(PersistFailures{0, false});  // last, as in close()
}

void Turn::on(const ProofAccepted& /*event*/) {
  if (state_.phase != Phase::verifying) return violation();
  if (state_.from_token) stop_token();  // the security key has done its part
  if (!policy_.confirm_press) return write();
  act(Show{Pattern::confirm, Pattern::off});
  enter(Phase::confirming);
}

void Turn::on(const ProofRefused& /*event*/) {
  if (state_.phase != Phase::verifying) return violation();
  close(Reason::proof_refused);
}

void Turn::on(const SignatureWanted& /*event*/) {
  if (state_.phase != Phase::verifying || state_.signature_asked) return violation();
  // Nothing to ask any more of a key that was pulled out where nobody would hear why.
  if (state_.from_token && !state_.key_here && !state_.peer) {
    watch_anew();
    return give_key_up({Pattern::refused, Pattern::window_open});
  }
  state_.signature_asked = true;
  act(AskSignature{});
  if (!state_.from_token) {
    state_.owes_answer = false;  // that was one; the next offer gets its own
    return enter(Phase::code_proved);
  }
  if (!state_.key_here) act(Show{Pattern::window_open, Pattern::off});
  enter(state_.peer ? Phase::key_wanted : Phase::key_plugged);
}

void Turn::on(const WriteSucceeded& event) {
  if (state_.phase != Phase::writing) return;
  state_.already_there = event.already_there;
  answer(Answer::as_written);
  act(Show{Pattern::done, Pattern::off});
  forget_failures();
  enter(Phase::done);
  if (state_.stopping) return close(Reason::shut_down);
  if (!state_.peer) act(StopListening{});
}

void Turn::on(const WriteFailed& /*event*/) {
  if (state_.phase != Phase::writing) return;
  close(Reason::write_failed);
}

void Turn::on(const VerdictLoggedIn& /*event*/) {
  if (state_.phase == Phase::removing) {  // the person at the button was faster
    state_.owes_answer = state_.peer;
    return;
  }
  if (state_.phase != Phase::done) return violation();
  if (!state_.peer) return;
  state_.owes_answer = true;
  answer(Answer::as_written);
  act(DropPeer{});
  act(StopListening{});
  state_.peer = false;
}

void Turn::on(const VerdictTakeOut& /*event*/) {
  if (state_.phase == Phase::removing) {
    state_.owes_answer = state_.peer;
    return;
  }
  if (state_.phase != Phase::done) return violation();
  if (!state_.peer) return;
  state_.owes_answer = true;
  if (!state_.already_there) return remove();
  answer(Answer::kept);
  close(Reason::finished);
}

void Turn::on(const RemovalFinished& event) {
  if (state_.phase != Phase::removing) return;
  close(event.ok ? Reason::undone : Reason::removal_failed);
}

void Turn::on(const PeerGone& /*event*/) {
  if (!state_.peer) return;
  state_.peer = false;
  state_.owes_answer = false;
  switch (state_.phase) {
    case Phase::code_shown: return retry(std::nullopt, Pattern::window_open);
    case Phase::guess_spent: return retry(std::nullopt, Pattern::refused);
    case Phase::code_proved:
    case Phase::key_wanted:
    case Phase::verifying:
    case Phase::confirming: return close(Reason::peer_left);
    case Phase::done: return act(StopListening{});
    default: return;
  }
}

void Turn::on(const ServiceFailed& /*event*/) {
  switch (state_.phase) {
    case Phase::idle:
    case Phase::locked: return;
    case Phase::writing:
    case Phase::removing:
    case Phase::done:
      // The key is as good as written; only the way to the host is gone.
      state_.peer = false;
      state_.owes_answer = false;
      return act(StopListening{});
    default: return close(Reason::service_failed);
  }
}

}  // namespace latchkey::pairing
