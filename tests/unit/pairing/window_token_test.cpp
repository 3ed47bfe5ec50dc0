// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/pairing/driven_window.hpp"

using namespace latchkey;
using namespace latchkey::pairing;
using namespace latchkey::pairing::test;

TEST_CASE("a key touched at the Pi is enrolled with nobody waiting: every deed in its order") {
  Window pi;
  pi.plug_in();
  CHECK(pi.last == Deeds{"stop_listening", "wipe_code", "make_key", "show touch"});
  CHECK(pi.feed(TouchWanted{}).last == Deeds{"show touch"});
  CHECK(pi.feed(KeyMade{}).last == Deeds{"start_verify", "show working"});
  CHECK(pi.feed(ProofAccepted{}).last == Deeds{"stop_token", "start_write", "show working"});
  pi.feed(WriteSucceeded{false});
  CHECK(pi.last == Deeds{"show done", "persist_failures 0 unlocked", "stop_listening"});
  pi.after(Millis{60'000}).feed(TimePassed{});
  CHECK(pi.last ==
        Deeds{"stop_token", "stop_listening", "wipe_code", "show off", "close finished"});
}

TEST_CASE("a key made for the host that waits: every deed in its order") {
  Window pi;
  pi.want_key();
  CHECK(pi.last == Deeds{"watch_keys asked", "make_key", "show window_open"});
  CHECK(pi.feed(SecurityKeyArrived{}).last.empty());
  CHECK(pi.feed(PinWanted{}).last == Deeds{"show working"});
  CHECK(pi.feed(TouchWanted{}).last == Deeds{"show touch"});
  CHECK(pi.feed(KeyMade{}).last == Deeds{"start_verify", "show working"});
  CHECK(pi.feed(ProofAccepted{}).last == Deeds{"stop_token", "start_write", "show working"});
  pi.feed(WriteSucceeded{false});
  CHECK(pi.last == Deeds{"answer as_written", "show done", "persist_failures 0 unlocked"});
  CHECK(Window(pi).feed(VerdictLoggedIn{}).did("answer as_written"));
  CHECK(Window(pi).feed(VerdictTakeOut{}).did("start_removal"));
  CHECK(pi.feed(Hold{}).did("start_removal"));
}

TEST_CASE("a security key wins over a peer that has not proved the code, not over one that has") {
  for (const bool spent : {false, true}) {
    Window pi;
    pi.feed({ShortPress{}, PeerGreeted{}});
    if (spent) pi.feed(ShareWanted{});
    pi.feed(SecurityKeyArrived{});
    CHECK(pi.last == Deeds{"refuse_peer key_in_pi 0", "drop_peer", "stop_listening", "wipe_code",
                           "make_key", "show touch"});
    CHECK(pi.state.phase == Phase::key_plugged);
  }
  CHECK(Window().prove().feed({SecurityKeyArrived{}, SecondSecurityKey{}}).last.empty());
  CHECK(Window().prove().did("stop_token"));
  CHECK(Window()
            .prove()
            .feed({OfferArrived{}, SecurityKeyArrived{}, KeyMade{}})
            .did("close protocol_violation"));
}

TEST_CASE("where the key's attestation proves nothing it signs, by a second touch") {
  Window alone;
  alone.plug_in().feed({KeyMade{}, SignatureWanted{}});
  CHECK(alone.last == Deeds{"ask_signature"});
  CHECK(alone.state.phase == Phase::key_plugged);
  CHECK(alone.feed(TouchWanted{}).did("show touch"));
  CHECK(alone.feed({KeyMade{}, ProofAccepted{}}).did("start_write"));
  CHECK(alone.times("make_key") == 1);

  Window asked;
  asked.want_key().feed({SecurityKeyArrived{}, KeyMade{}, SignatureWanted{}});
  CHECK(asked.last == Deeds{"ask_signature"});
  CHECK(asked.state.phase == Phase::key_wanted);
  CHECK(Window(asked).feed(ShortPress{}).did("answer window_closed"));
  CHECK(asked.feed({KeyMade{}, ProofAccepted{}, WriteSucceeded{}}).did("answer as_written"));
}

TEST_CASE("where the host's attestation proves nothing it offers the key again, with its time") {
  Window pi;
  pi.prove().after(Millis{119'999}).feed({OfferArrived{}, SignatureWanted{}});
  CHECK(pi.last == Deeds{"ask_signature"});
  CHECK(pi.state.phase == Phase::code_proved);
  CHECK(next_deadline(pi.policy, pi.state) == pi.now + Millis{120'000});
  CHECK(Window(pi).feed(PeerGone{}).did("close peer_left"));
  CHECK(Window(pi).feed({OfferArrived{}, ProofRefused{}}).did("answer as_verified"));
  CHECK(Window(pi)
            .feed({OfferArrived{}, ProofAccepted{}, WriteSucceeded{}})
            .did("answer as_written"));
  pi.after(Millis{120'000}).feed(TimePassed{});
  CHECK(pi.did("refuse_peer timed_out 0"));
  CHECK(pi.did("close no_offer"));
}

TEST_CASE("a signature is asked for once") {
  const auto ends = [](Window pi) {
    return pi.feed(SignatureWanted{}).did("close protocol_violation");
  };
  CHECK(ends(Window().prove().feed({OfferArrived{}, SignatureWanted{}, OfferArrived{}})));
  CHECK(ends(Window().plug_in().feed({KeyMade{}, SignatureWanted{}, KeyMade{}})));
  CHECK(ends(
      Window().want_key().feed({SecurityKeyArrived{}, KeyMade{}, SignatureWanted{}, KeyMade{}})));
  // A key that was given up does not count against the next.
  Window next;
  next.plug_in().feed({KeyMade{}, SignatureWanted{}, TokenFailed{}, SecurityKeyLeft{}});
  next.feed({SecurityKeyArrived{}, KeyMade{}, SignatureWanted{}});
  CHECK(next.last == Deeds{"ask_signature"});
  next.feed(SecurityKeyLeft{}).spend_a_guess().feed({CodeProved{}, OfferArrived{}});
  CHECK(next.feed(SignatureWanted{}).last == Deeds{"ask_signature"});
}

TEST_CASE("an attempt by key is no guess, and a success by key forgives failed windows") {
  Window pi;
  for (int i = 0; i < 5; ++i) pi.plug_in().feed({TokenFailed{}, ShortPress{}});
  CHECK(pi.state.phase == Phase::idle);
  CHECK(pi.state.failures.empty());
  pi.fail().fail().plug_in().feed({KeyMade{}, ProofAccepted{}, WriteSucceeded{}});
  CHECK(pi.did("persist_failures 0 unlocked"));
  CHECK(pi.feed(ShortPress{}).feed(ShortPress{}).fail().state.phase == Phase::idle);
  // A guess spent before the key came still counts, unless the key succeeds.
  Window spent;
  spent.fail().fail().feed(ShortPress{}).spend_a_guess().feed(SecurityKeyArrived{});
  CHECK(Window(spent).feed(ShortPress{}).state.phase == Phase::locked);
  CHECK(Window(spent).feed({KeyMade{}, ProofRefused{}}).state.phase == Phase::locked);
  spent.feed({KeyMade{}, ProofAccepted{}, WriteSucceeded{}, ShortPress{}});
  CHECK(spent.state.phase == Phase::open);
}

TEST_CASE("a refused key ends the window, and a host that waits hears the verifier's words") {
  CHECK(Window().plug_in().feed({KeyMade{}, ProofRefused{}}).last ==
        Deeds{"stop_verify", "stop_token", "stop_listening", "wipe_code", "show refused",
              "close proof_refused"});
  CHECK(Window()
            .want_key()
            .feed({SecurityKeyArrived{}, KeyMade{}, ProofRefused{}})
            .did("answer as_verified"));
}

TEST_CASE("the window ends on time, whether a key is waited for or a touch") {
  const auto ends = [](Window pi) {
    CHECK(next_deadline(pi.policy, pi.state) == pi.state.opened + Millis{300'000});
    CHECK(Window(pi).after(Millis{299'999}).feed(KeyMade{}).did("start_verify"));
    return pi.after(Millis{300'000}).feed(KeyMade{}).last;
  };
  CHECK(ends(Window().plug_in()) ==
        Deeds{"stop_token", "stop_listening", "wipe_code", "show refused", "close window_ended"});
  CHECK(ends(Window().want_key()) == Deeds{"answer window_closed", "drop_peer", "stop_token",
                                           "stop_listening", "wipe_code", "show refused",
                                           "close window_ended"});
}

TEST_CASE("a press cancels while a key is waited for") {
  CHECK(Window().plug_in().feed(ShortPress{}).did("close cancelled"));
  CHECK(Window().want_key().feed(ShortPress{}).last ==
        Deeds{"answer window_closed", "drop_peer", "stop_token", "stop_listening", "wipe_code",
              "show off", "close cancelled"});
  CHECK(Window().want_key().feed({Hold{}, OpenRequested{}}).last.empty());
}

TEST_CASE("a host that proves the code may want a key that had failed alone") {
  Window pi;
  pi.plug_in().feed(TokenFailed{}).spend_a_guess().feed({CodeProved{}, TokenRequested{}});
  CHECK(pi.last == Deeds{"watch_keys asked", "make_key", "show window_open"});
  CHECK(pi.feed(SecurityKeyArrived{}).last.empty());
  CHECK(pi.feed({PinWanted{}, TouchWanted{}, KeyMade{}}).did("start_verify"));
}

TEST_CASE("where a press confirms, it confirms a key made at the Pi as well") {
  Window alone(strict());
  alone.plug_in().feed({KeyMade{}, ProofAccepted{}});
  CHECK(alone.last == Deeds{"stop_token", "show confirm"});
  CHECK(Window(alone).feed(ShortPress{}).did("start_write"));
  CHECK(Window(alone).after(Millis{30'000}).feed(TimePassed{}).did("close not_confirmed"));
  Window asked(strict());
  asked.want_key().feed({SecurityKeyArrived{}, KeyMade{}, ProofAccepted{}});
  CHECK(asked.last == Deeds{"stop_token", "show confirm"});
  asked.after(Millis{30'000}).feed(TimePassed{});
  CHECK(asked.did("answer not_confirmed"));
  CHECK(asked.times("start_write") == 0);
}

TEST_CASE("where a press confirms, one that comes before the proof was judged cancels nothing") {
  Window pi(strict());
  pi.prove();
  SUBCASE("while it is checked") { pi.feed(OfferArrived{}); }
  SUBCASE("while it is to be signed") { pi.feed({OfferArrived{}, SignatureWanted{}}); }
  SUBCASE("while it is checked, signed") {
    pi.feed({OfferArrived{}, SignatureWanted{}, OfferArrived{}});
  }
  SUBCASE("while a key made at the Pi is checked") {
    pi.feed({TokenRequested{}, SecurityKeyArrived{}, KeyMade{}});
  }
  const State before = pi.state;
  pi.feed(ShortPress{});
  CHECK(pi.last.empty());
  CHECK(pi.state == before);
  // Nor does it confirm anything.
  if (pi.state.phase == Phase::code_proved) pi.feed(OfferArrived{});
  pi.feed(ProofAccepted{});
  CHECK(pi.state.phase == Phase::confirming);
}

TEST_CASE("where a press confirms, it still cancels before there is a proof") {
  Window pi(strict());
  pi.prove();
  CHECK(Window(pi).feed(ShortPress{}).did("close cancelled"));
  pi.feed(TokenRequested{});
  CHECK(Window(pi).feed(ShortPress{}).did("close cancelled"));
  pi.feed({SecurityKeyArrived{}, KeyMade{}, SignatureWanted{}});
  CHECK(pi.feed(ShortPress{}).did("close cancelled"));
}

TEST_CASE("holding the button takes a key out again that was made at the Pi") {
  Window pi;
  pi.plug_in().feed({KeyMade{}, ProofAccepted{}, WriteSucceeded{}, Hold{}});
  CHECK(pi.last == Deeds{"start_removal", "show working"});
  CHECK(pi.feed(RemovalFinished{true}).did("close undone"));
}

TEST_CASE("handles are told once the code is proved, and that was a success") {
  Window pi;
  pi.fail().fail().prove().feed(HandlesRequested{});
  CHECK(pi.last == Deeds{"tell_handles", "drop_peer", "stop_token", "stop_listening", "wipe_code",
                         "show off", "close finished", "persist_failures 0 unlocked"});
  CHECK(pi.state.phase == Phase::idle);
  CHECK(pi.state.failures.empty());
  CHECK(pi.times("start_verify") == 0);
}

TEST_CASE("a key still plugged in when the next window opens counts as plugged in") {
  Window pi;
  pi.plug_in().feed({KeyMade{}, ProofAccepted{}, WriteSucceeded{}, ShortPress{}});
  CHECK(pi.did("watch_keys"));
  CHECK(pi.feed(SecurityKeyArrived{}).did("make_key"));
}
