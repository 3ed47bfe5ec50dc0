// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/pairing/driven_window.hpp"

using namespace latchkey;
using namespace latchkey::pairing;
using namespace latchkey::pairing::test;

TEST_CASE("two security keys are overlap for as long as the Pi looks at them") {
  const auto ends = [](const Window& pi) {
    Window told(pi);
    Window seen(pi);
    CHECK(told.feed(SecondSecurityKey{}).did("close overlap"));
    if (!seen.state.key_here) seen.feed(SecurityKeyArrived{});
    CHECK(seen.feed(SecurityKeyArrived{}).did("close overlap"));
    CHECK(told.times("start_write") + seen.times("start_write") == 0);
  };
  ends(Window().feed(ShortPress{}));
  ends(Window().feed({ShortPress{}, PeerGreeted{}}));
  ends(Window().feed(ShortPress{}).spend_a_guess());
  ends(Window().plug_in());
  ends(Window().plug_in().feed(TokenFailed{}));
  ends(Window().plug_in().feed(KeyMade{}));
  ends(Window().plug_in().feed({KeyMade{}, SignatureWanted{}}));
  ends(Window().want_key());
  ends(Window().want_key().feed({SecurityKeyArrived{}, KeyMade{}}));
  Window pi;
  pi.want_key().feed({SecurityKeyArrived{}, SecondSecurityKey{}});
  CHECK(pi.last == Deeds{"answer overlap", "drop_peer", "stop_token", "stop_listening", "wipe_code",
                         "show start_again", "close overlap"});
}

TEST_CASE("a key pulled out before its touch leaves the window open, and no order behind") {
  for (const bool to_sign : {false, true}) {
    Window pi;
    pi.plug_in();
    if (to_sign) pi.feed({KeyMade{}, SignatureWanted{}});
    pi.feed(SecurityKeyLeft{});
    CHECK(pi.last == Deeds{"stop_token", "watch_keys", "start_listening", "show window_open"});
    CHECK(pi.state.phase == Phase::open);
    CHECK_FALSE(pi.state.from_token);
    CHECK(Window(pi).spend_a_guess().feed({CodeProved{}, OfferArrived{}}).did("start_verify"));
    CHECK(pi.feed(SecurityKeyArrived{}).did("make_key"));
  }
}

TEST_CASE("a key pulled out while a host waits is waited for") {
  Window pi;
  pi.want_key().feed({SecurityKeyArrived{}, TouchWanted{}, SecurityKeyLeft{}});
  CHECK(pi.last == Deeds{"show window_open"});
  CHECK(pi.feed(SecurityKeyLeft{}).last.empty());
  CHECK(pi.feed(SecurityKeyArrived{}).last.empty());
  CHECK(pi.feed({TouchWanted{}, KeyMade{}}).did("start_verify"));
  CHECK(pi.times("make_key") == 1);
}

TEST_CASE("a key that has done its part may be pulled out") {
  CHECK(
      Window().plug_in().feed({KeyMade{}, SecurityKeyLeft{}, ProofAccepted{}}).did("start_write"));
  CHECK(Window()
            .want_key()
            .feed({SecurityKeyArrived{}, KeyMade{}, SecurityKeyLeft{}, ProofAccepted{}})
            .did("start_write"));
}

TEST_CASE("a key that was pulled out before it could sign is given up, or waited for by a host") {
  Window alone;
  alone.plug_in().feed({KeyMade{}, SecurityKeyLeft{}, SignatureWanted{}});
  CHECK(alone.last ==
        Deeds{"stop_token", "watch_keys", "start_listening", "show refused then window_open"});
  CHECK(alone.feed(SecurityKeyArrived{}).did("make_key"));

  Window asked;
  asked.want_key().feed({SecurityKeyArrived{}, KeyMade{}, SecurityKeyLeft{}, SignatureWanted{}});
  CHECK(asked.last == Deeds{"ask_signature", "show window_open"});
  CHECK(asked.feed({SecurityKeyArrived{}, TouchWanted{}}).did("show touch"));
  CHECK(asked.feed({KeyMade{}, ProofAccepted{}}).did("start_write"));
  // Back in time: it is asked as if it had stayed.
  CHECK(Window()
            .plug_in()
            .feed({KeyMade{}, SecurityKeyLeft{}, SecurityKeyArrived{}, SignatureWanted{}})
            .last == Deeds{"ask_signature"});
}

TEST_CASE("a key that cannot make one leaves the window open for a peer or another key") {
  Window pi;
  pi.plug_in().feed(TokenFailed{});
  CHECK(pi.last ==
        Deeds{"record token_failed", "start_listening", "show refused then window_open"});
  CHECK(Window(pi).spend_a_guess().feed(CodeProved{}).did("stop_accepting"));
  // The role lives on: it knows which key not to ask again until it was pulled out.
  CHECK(pi.feed(SecurityKeyLeft{}).last.empty());
  CHECK(pi.feed(SecurityKeyArrived{}).did("make_key"));
}

TEST_CASE("a failed key gives somebody 120 s again, the window no more than its 300 s") {
  Window pi;
  pi.feed(ShortPress{}).after(Millis{119'999}).feed({SecurityKeyArrived{}}).after(Millis{1000});
  pi.feed(TokenFailed{});
  CHECK(next_deadline(pi.policy, pi.state) == pi.now + Millis{120'000});
  pi.feed(SecurityKeyLeft{}).after(Millis{119'999}).feed(SecurityKeyArrived{});
  pi.feed(SecurityKeyLeft{});
  CHECK(next_deadline(pi.policy, pi.state) == pi.state.opened + Millis{300'000});
  CHECK(pi.after(Millis{119'999}).feed(TimePassed{}).did("close nobody_came"));
}

TEST_CASE("a key that fails gives no code back") {
  Window pi;
  pi.feed(ShortPress{});
  for (int i = 0; i < 3; ++i) {
    pi.spend_a_guess().feed({SecurityKeyArrived{}, TokenFailed{}, SecurityKeyLeft{}});
  }
  CHECK(pi.state.phase == Phase::open);
  CHECK(Window(pi).feed(PeerGreeted{}).did("close too_many_codes"));
  // A key needs no code.
  CHECK(pi.feed({SecurityKeyArrived{}, KeyMade{}, ProofAccepted{}}).did("start_write"));
  CHECK(pi.times("release_share") == 3);
}

TEST_CASE("a key that fails for a host ends the window in the key's own words") {
  Window pi;
  pi.want_key().feed({SecurityKeyArrived{}, TokenFailed{}});
  CHECK(pi.last == Deeds{"answer as_verified", "drop_peer", "stop_token", "stop_listening",
                         "wipe_code", "show refused", "close token_failed"});
}

TEST_CASE(
    "a host that leaves while its key is being made ends the window, not once it is written") {
  Window pi;
  pi.want_key();
  const Deeds ended{"stop_token", "stop_listening", "wipe_code", "show refused", "close peer_left"};
  CHECK(Window(pi).feed(PeerGone{}).last == ended);
  pi.feed({SecurityKeyArrived{}, KeyMade{}});
  CHECK(Window(pi).feed(PeerGone{}).last == Deeds{"stop_verify", "stop_token", "stop_listening",
                                                  "wipe_code", "show refused", "close peer_left"});
  CHECK(Window(pi).feed({SignatureWanted{}, PeerGone{}}).last == ended);
  pi.feed({ProofAccepted{}, PeerGone{}});
  CHECK(pi.last.empty());
  CHECK(pi.feed(WriteSucceeded{}).did("show done"));
  CHECK(pi.times("answer as_written") == 0);
}

TEST_CASE("a token role that dies closes the window as long as it is needed") {
  const auto closes = [](Window pi) {
    return pi.feed(ServiceFailed{}).did("close service_failed");
  };
  CHECK(closes(Window().feed(ShortPress{})));
  CHECK(closes(Window().plug_in()));
  CHECK(closes(Window().plug_in().feed(TokenFailed{})));
  CHECK(closes(Window().plug_in().feed(KeyMade{})));
  CHECK(closes(Window().want_key()));
  CHECK(Window().want_key().feed(ServiceFailed{}).did("answer internal"));
}

TEST_CASE("a request out of turn is what only a taken-over role can pass on") {
  const EventBody requests[] = {OfferArrived{}, TokenRequested{}, HandlesRequested{}};
  for (const auto& request : requests) {
    const auto closes = [&](Window pi) { return pi.feed(request).did("close protocol_violation"); };
    CHECK(closes(Window().feed(ShortPress{})));
    CHECK(closes(Window().feed({ShortPress{}, PeerGreeted{}})));
    CHECK(closes(Window().feed(ShortPress{}).spend_a_guess()));
    CHECK(closes(Window().plug_in()));
    CHECK(closes(Window().want_key()));
    CHECK(closes(Window().prove().feed(OfferArrived{})));
    CHECK(closes(Window().want_key().feed({SecurityKeyArrived{}, KeyMade{}})));
    CHECK(Window().succeed().feed(request).last ==
          Deeds{"record protocol_violation", "stop_listening"});
  }
  // Once a signature is asked for, the same key comes again or nothing.
  Window to_sign;
  to_sign.prove().feed({OfferArrived{}, SignatureWanted{}});
  CHECK(Window(to_sign).feed(TokenRequested{}).did("close protocol_violation"));
  CHECK(Window(to_sign).feed(HandlesRequested{}).did("close protocol_violation"));
  CHECK(to_sign.times("tell_handles") == 0);
}

TEST_CASE("what a token role was not asked for closes the window") {
  const EventBody words[] = {KeyMade{}, TokenFailed{}, PinWanted{}};
  for (const auto& word : words) {
    const auto closes = [&](Window pi) { return pi.feed(word).did("close protocol_violation"); };
    CHECK(closes(Window().feed(ShortPress{})));
    CHECK(closes(Window().feed({ShortPress{}, PeerGreeted{}})));
    CHECK(closes(Window().feed(ShortPress{}).spend_a_guess()));
    CHECK(closes(Window().plug_in().feed(TokenFailed{})));
    CHECK(closes(Window().prove()));
    CHECK(closes(Window().prove().feed(OfferArrived{})));
    CHECK(closes(Window().plug_in().feed(KeyMade{})));
    CHECK(closes(Window().want_key().feed({SecurityKeyArrived{}, KeyMade{}})));
    CHECK(closes(Window(strict()).plug_in().feed({KeyMade{}, ProofAccepted{}})));
    CHECK(Window().succeed().feed(word).last == Deeds{"record protocol_violation", "stop_token"});
    CHECK(Window().feed(word).last.empty());
  }
}

TEST_CASE("where nobody could type a PIN, none may be asked for") {
  CHECK(Window().plug_in().feed(PinWanted{}).did("close protocol_violation"));
  CHECK(Window()
            .plug_in()
            .feed({KeyMade{}, SignatureWanted{}, PinWanted{}})
            .did("close protocol_violation"));
}

TEST_CASE("words about a key that was pulled out meanwhile show nothing") {
  Window pi;
  pi.want_key().feed({SecurityKeyArrived{}, SecurityKeyLeft{}});
  CHECK(pi.feed(TouchWanted{}).last.empty());
  CHECK(pi.feed(PinWanted{}).last.empty());
  CHECK(Window().plug_in().feed({SecurityKeyLeft{}, TouchWanted{}}).last.empty());
  CHECK(Window().plug_in().feed({TokenFailed{}, TouchWanted{}}).last.empty());
  CHECK(Window().plug_in().feed({KeyMade{}, TouchWanted{}}).last.empty());
}
