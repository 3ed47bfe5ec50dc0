// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/pairing/driven_window.hpp"

using namespace latchkey;
using namespace latchkey::pairing;
using namespace latchkey::pairing::test;

TEST_CASE("a wrong code leaves two more, each for a new peer") {
  Window pi;
  pi.feed(ShortPress{}).spend_a_guess().feed(CodeWrong{});
  CHECK(pi.last == Deeds{"refuse_peer wrong_code 2", "drop_peer", "wipe_code",
                         "show refused then window_open"});
  pi.spend_a_guess().feed(CodeWrong{});
  CHECK(pi.did("refuse_peer wrong_code 1"));
  pi.spend_a_guess().feed(CodeWrong{});
  CHECK(pi.last == Deeds{"refuse_peer too_many_codes 0", "drop_peer", "stop_token",
                         "stop_listening", "wipe_code", "show start_again",
                         "close too_many_codes"});
  CHECK(pi.times("release_share") == 3);
  CHECK(pi.times("make_code") == 3);
  CHECK(pi.times("persist_failures 1 unlocked") == 1);
}

TEST_CASE("leaving before the confirmation, or stalling, spends the guess all the same") {
  for (const bool stalls : {false, true}) {
    Window pi;
    pi.feed(ShortPress{});
    for (int i = 0; i < 3; ++i) {
      pi.spend_a_guess();
      if (stalls) {
        pi.after(Millis{10'000}).feed(TimePassed{});
      } else {
        pi.feed(PeerGone{});
      }
    }
    CHECK(pi.did("close too_many_codes"));
    CHECK(pi.times("release_share") == 3);
    CHECK(pi.state.failures.size() == 1);
  }
}

TEST_CASE("peers that come and go without a guess use codes up, but are no failed window") {
  Window pi;
  pi.feed(ShortPress{});
  for (int i = 0; i < 3; ++i) pi.feed({PeerGreeted{}, PeerGone{}});
  CHECK(pi.did("close too_many_codes"));
  CHECK(pi.state.failures.empty());
}

TEST_CASE("the third failed window within 10 minutes locks, a success before it forgives") {
  Window pi;
  pi.fail().fail();
  CHECK(pi.state.phase == Phase::idle);
  CHECK(Window(pi).succeed().fail().state.phase == Phase::idle);
  pi.fail();
  CHECK(pi.state.phase == Phase::locked);
  CHECK(pi.last == Deeds{"refuse_peer window_closed 0", "drop_peer", "stop_token", "stop_listening",
                         "wipe_code", "show locked", "close cancelled",
                         "persist_failures 3 locked"});
  CHECK(pi.feed({ShortPress{}, OpenRequested{}}).last.empty());
  pi.after(Millis{600'000}).feed(TimePassed{});
  CHECK(pi.last == Deeds{"persist_failures 0 unlocked", "show off"});
  CHECK(pi.feed(ShortPress{}).did("start_listening"));
}

TEST_CASE("a failed window is forgotten after 10 minutes") {
  for (const int wait : {599'999, 600'000}) {
    Window pi;
    pi.fail().after(Millis{wait}).fail().fail();
    CHECK((pi.state.phase == Phase::locked) == (wait < 600'000));
  }
}

TEST_CASE("a power cut resets no counter") {
  // In the third window, after the share left and before anything else could be stored.
  Window before;
  before.fail().fail().feed(ShortPress{}).spend_a_guess();
  REQUIRE(before.times("persist_failures 3 unlocked") == 1);
  Window after({}, PowerOn{3, false});
  CHECK(after.last == Deeds{"show locked", "persist_failures 3 locked"});
  // Two failures on disk: one more locks, even if they are old.
  CHECK(Window({}, PowerOn{2, false}).fail().state.phase == Phase::locked);
  // A restart during a lock starts the full lock again.
  Window locked({}, PowerOn{3, true});
  CHECK(next_deadline(locked.policy, locked.state) == locked.now + Millis{600'000});
  // Whatever stands in the file.
  Window odd({}, PowerOn{0xffff'ffff, false});
  CHECK(odd.state.phase == Phase::locked);
  CHECK(odd.state.failures.size() == 3);
  CHECK(Window({}, PowerOn{0, true}).state.phase == Phase::locked);
}

TEST_CASE("shutting down in a lock does not end it") {
  Window pi({}, PowerOn{3, true});
  pi.after(Millis{1000}).feed(ShutDown{});
  CHECK(pi.last ==
        Deeds{"stop_token", "stop_listening", "wipe_code", "show off", "close shut_down"});
  CHECK(pi.feed(ShortPress{}).last.empty());
  CHECK(pi.state.phase == Phase::locked);
}
