// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/pairing/driven_window.hpp"

using namespace latchkey;
using namespace latchkey::pairing;
using namespace latchkey::pairing::test;

TEST_CASE("from press to login: every deed in its order") {
  Window pi;
  CHECK(pi.last == Deeds{"show off"});
  pi.feed(ShortPress{});
  CHECK(pi.last == Deeds{"start_listening", "watch_keys", "show window_open"});
  pi.feed(PeerGreeted{});
  CHECK(pi.last == Deeds{"make_code", "show code"});
  pi.feed(ShareWanted{});
  CHECK(pi.last ==
        Deeds{"persist_failures 1 unlocked", "release_share", "wipe_code", "show working"});
  pi.feed(CodeProved{});
  CHECK(pi.last == Deeds{"stop_accepting", "stop_token"});
  pi.feed(OfferArrived{});
  CHECK(pi.last == Deeds{"start_verify"});
  pi.feed(ProofAccepted{});
  CHECK(pi.last == Deeds{"start_write", "show working"});
  pi.feed(WriteSucceeded{false});
  CHECK(pi.last == Deeds{"answer as_written", "show done", "persist_failures 0 unlocked"});
  pi.feed(VerdictLoggedIn{});
  CHECK(pi.last == Deeds{"answer as_written", "drop_peer", "stop_listening"});
  pi.after(Millis{60'000}).feed(TimePassed{});
  CHECK(pi.last ==
        Deeds{"stop_token", "stop_listening", "wipe_code", "show off", "close finished"});
  CHECK(!next_deadline(pi.policy, pi.state));
}

namespace {

/// Drives a window to some phase and waits there; a limit of n holds at n - 1 ms, not at n.
template <class Drive, class Still>
void check_limit(const Policy& policy, Millis limit, Drive drive, Still still) {
  for (const auto wait : {limit - Millis{1}, limit, limit + Millis{1}}) {
    Window pi(policy);
    drive(pi);
    CAPTURE(wait.count());
    REQUIRE(next_deadline(pi.policy, pi.state) == pi.now + limit);
    pi.after(wait);
    CHECK(still(pi) == (wait < limit));
  }
}

}  // namespace

TEST_CASE("each limit is kept to the millisecond") {
  const Policy p;
  SUBCASE("somebody comes within 120 s") {
    check_limit(
        p, Millis{120'000}, [](Window& pi) { pi.feed(ShortPress{}); },
        [](Window& pi) { return pi.feed(PeerGreeted{}).did("make_code"); });
  }
  SUBCASE("a code lives 90 s") {
    check_limit(
        p, Millis{90'000},
        [](Window& pi) {
          pi.feed({ShortPress{}, PeerGreeted{}});
        },
        [](Window& pi) { return pi.feed(ShareWanted{}).did("release_share"); });
  }
  SUBCASE("the host's confirmation takes 10 s at most") {
    check_limit(
        p, Millis{10'000}, [](Window& pi) { pi.feed(ShortPress{}).spend_a_guess(); },
        [](Window& pi) { return pi.feed(CodeProved{}).did("stop_accepting"); });
  }
  SUBCASE("the offer comes within 120 s") {
    check_limit(
        p, Millis{120'000}, [](Window& pi) { pi.prove(); },
        [](Window& pi) { return pi.feed(OfferArrived{}).did("start_verify"); });
  }
  SUBCASE("the verifier has 10 s") {
    check_limit(
        p, Millis{10'000}, [](Window& pi) { pi.prove().feed(OfferArrived{}); },
        [](Window& pi) { return pi.feed(ProofAccepted{}).did("start_write"); });
  }
  SUBCASE("the second press comes within 30 s") {
    check_limit(
        strict(), Millis{30'000},
        [](Window& pi) {
          pi.prove().feed({OfferArrived{}, ProofAccepted{}});
        },
        [](Window& pi) { return pi.feed(ShortPress{}).did("start_write"); });
  }
  SUBCASE("the writer has 10 s") {
    check_limit(
        p, Millis{10'000},
        [](Window& pi) {
          pi.prove().feed({OfferArrived{}, ProofAccepted{}});
        },
        [](Window& pi) { return pi.feed(WriteSucceeded{}).did("show done"); });
  }
  SUBCASE("a verdict comes within 60 s") {
    check_limit(
        p, Millis{60'000}, [](Window& pi) { pi.succeed(); },
        [](Window& pi) { return pi.feed(VerdictTakeOut{}).did("start_removal"); });
  }
  SUBCASE("undo is possible for 60 s") {
    check_limit(
        p, Millis{60'000}, [](Window& pi) { pi.succeed(); },
        [](Window& pi) { return pi.feed(Hold{}).did("start_removal"); });
  }
  SUBCASE("a lock lasts 10 minutes") {
    check_limit(
        p, Millis{600'000}, [](Window& pi) { pi.fail().fail().fail(); },
        [](Window& pi) { return !pi.feed(ShortPress{}).did("start_listening"); });
  }
}

TEST_CASE("the whole window ends after 300 s, whatever is going on") {
  const auto prepare = [](Millis before_end, const Policy& policy) {
    Window pi(policy);
    pi.feed({ShortPress{}, PeerGreeted{}}).after(Millis{85'000});
    pi.feed(PeerGone{}).after(Millis{115'000}).feed(PeerGreeted{}).after(Millis{85'000});
    pi.feed({ShareWanted{}, CodeProved{}});
    return pi.after(Millis{15'000} - before_end);
  };
  CHECK(prepare(Millis{1}, {}).feed(OfferArrived{}).did("start_verify"));
  CHECK(prepare(Millis{0}, {}).feed(OfferArrived{}).did("close window_ended"));

  Window pi = prepare(Millis{2}, strict());
  pi.feed({OfferArrived{}, ProofAccepted{}});
  REQUIRE(pi.state.phase == Phase::confirming);
  CHECK(Window(pi).after(Millis{1}).feed(ShortPress{}).did("start_write"));
  pi.after(Millis{2}).feed(TimePassed{});
  CHECK(pi.last == Deeds{"answer window_closed", "drop_peer", "stop_token", "stop_listening",
                         "wipe_code", "show refused", "close window_ended"});
}

TEST_CASE("a write in progress is let finish when the window's time is over") {
  Window pi;
  pi.policy.offer = Millis{400'000};
  pi.prove().after(Millis{299'998}).feed({OfferArrived{}, ProofAccepted{}});
  pi.after(Millis{5000}).feed({TimePassed{}, PeerGone{}, ShortPress{}, ShutDown{}});
  CHECK(pi.state.phase == Phase::writing);
  pi.feed(WriteSucceeded{false});
  CHECK(pi.did("show done"));
  CHECK(pi.did("close shut_down"));
  CHECK(pi.times("stop_writer") == 0);
}

TEST_CASE("a writer that does not come back is killed, and the host is told") {
  Window pi;
  pi.prove().feed({OfferArrived{}, ProofAccepted{}}).after(Millis{10'000}).feed(TimePassed{});
  CHECK(pi.last == Deeds{"stop_writer", "answer write_stalled", "drop_peer", "stop_token",
                         "stop_listening", "wipe_code", "show refused", "close stalled"});
  CHECK(pi.feed(WriteSucceeded{false}).last.empty());
}

TEST_CASE("a second press closes the window, and the host hears of it") {
  Window pi;
  pi.feed({ShortPress{}, ShortPress{}});
  CHECK(pi.last ==
        Deeds{"stop_token", "stop_listening", "wipe_code", "show off", "close cancelled"});
  pi.feed({ShortPress{}, PeerGreeted{}, ShortPress{}});
  CHECK(pi.last == Deeds{"refuse_peer window_closed 0", "drop_peer", "stop_token", "stop_listening",
                         "wipe_code", "show off", "close cancelled"});
  pi.prove().feed({OfferArrived{}, ShortPress{}});
  CHECK(pi.last == Deeds{"answer window_closed", "drop_peer", "stop_verify", "stop_token",
                         "stop_listening", "wipe_code", "show off", "close cancelled"});
}

TEST_CASE("two peers at once end everything") {
  for (const bool spent : {false, true}) {
    Window pi;
    pi.feed({ShortPress{}, PeerGreeted{}});
    if (spent) pi.feed(ShareWanted{});
    pi.feed(PeerGreeted{});
    CHECK(pi.last == Deeds{"refuse_peer overlap 0", "drop_peer", "stop_token", "stop_listening",
                           "wipe_code", "show start_again", "close overlap"});
  }
}

TEST_CASE("where a press confirms, neither no press nor a late one writes") {
  Window pi(strict());
  pi.prove().feed({OfferArrived{}, ProofAccepted{}});
  CHECK(pi.last == Deeds{"show confirm"});
  CHECK(pi.feed({Hold{}, OpenRequested{}}).last.empty());
  CHECK(Window(pi).feed(ShortPress{}).last == Deeds{"start_write", "show working"});
  pi.after(Millis{30'000}).feed(TimePassed{});
  CHECK(pi.last == Deeds{"answer not_confirmed", "drop_peer", "stop_token", "stop_listening",
                         "wipe_code", "show refused", "close not_confirmed"});
  CHECK(pi.feed(ShortPress{}).last == Deeds{"start_listening", "watch_keys", "show window_open"});
  CHECK(pi.times("start_write") == 0);
}

TEST_CASE("holding the button takes the new key out again, never one that was there before") {
  Window pi;
  pi.succeed().feed(Hold{});
  CHECK(pi.last == Deeds{"start_removal", "show working"});
  CHECK(pi.feed({Hold{}, ShortPress{}}).last.empty());
  Window failed = pi;
  pi.feed(RemovalFinished{true});
  CHECK(pi.last == Deeds{"drop_peer", "stop_token", "stop_listening", "wipe_code", "show undone",
                         "close undone"});
  failed.feed(RemovalFinished{false});
  CHECK(failed.did("show refused"));
  CHECK(failed.did("close removal_failed"));

  Window there;
  there.prove().feed({OfferArrived{}, ProofAccepted{}, WriteSucceeded{true}, Hold{}});
  CHECK(there.last == Deeds{"show refused"});
  there.feed(VerdictTakeOut{});
  CHECK(there.last == Deeds{"answer kept", "drop_peer", "stop_token", "stop_listening", "wipe_code",
                            "show off", "close finished"});
  CHECK(there.times("start_removal") == 0);
}

TEST_CASE("undo still works after the host said that it logged in, or left") {
  CHECK(Window().succeed().feed({VerdictLoggedIn{}, Hold{}}).did("start_removal"));
  CHECK(Window().succeed().feed({PeerGone{}, Hold{}}).did("start_removal"));
  CHECK(Window().succeed().feed({ServiceFailed{}, Hold{}}).did("start_removal"));
}

TEST_CASE("a verdict that crosses with the button is answered with what happened") {
  for (const bool logged_in : {true, false}) {
    Window pi;
    pi.succeed().feed(Hold{});
    if (logged_in) {
      pi.feed(VerdictLoggedIn{});
    } else {
      pi.feed(VerdictTakeOut{});
    }
    CHECK(pi.feed(RemovalFinished{true}).did("answer as_removed"));
  }
}

TEST_CASE("a press after a success opens a window for the next key") {
  Window pi;
  pi.succeed().feed(ShortPress{});
  CHECK(pi.last == Deeds{"drop_peer", "stop_token", "stop_listening", "wipe_code", "show off",
                         "close finished", "start_listening", "watch_keys", "show window_open"});
  CHECK(pi.state.codes_made == 0);
}

TEST_CASE("what only a taken-over role can say closes the window") {
  const auto closes = [](std::initializer_list<EventBody> events) {
    return Window().feed(events).did("close protocol_violation");
  };
  CHECK(closes({ShortPress{}, OfferArrived{}}));
  CHECK(closes({ShortPress{}, PeerGreeted{}, CodeProved{}}));
  CHECK(closes({ShortPress{}, PeerGreeted{}, ProofAccepted{}}));
  CHECK(closes({ShortPress{}, PeerGreeted{}, ShareWanted{}, ShareWanted{}}));
  CHECK(closes({ShortPress{}, PeerGreeted{}, ShareWanted{}, OfferArrived{}}));
  CHECK(closes({ShortPress{}, PeerGreeted{}, ShareWanted{}, CodeProved{}, CodeProved{}}));
  CHECK(closes({ShortPress{}, PeerGreeted{}, ShareWanted{}, CodeProved{}, ProofAccepted{}}));
  CHECK(closes(
      {ShortPress{}, PeerGreeted{}, ShareWanted{}, CodeProved{}, OfferArrived{}, OfferArrived{}}));
}

TEST_CASE("a second key offered after the first is recorded, and its sender ended") {
  Window pi;
  pi.succeed().feed(OfferArrived{});
  CHECK(pi.last == Deeds{"record protocol_violation", "stop_listening"});
  CHECK(pi.feed(Hold{}).did("start_removal"));
}

TEST_CASE("time does not go backwards, and years forwards are one deadline after the other") {
  Window pi;
  pi.feed(ShortPress{}).after(Millis{119'999}).feed(TimePassed{});
  CHECK(pi.state.phase == Phase::open);
  pi.now = Instant{};
  pi.feed(PeerGreeted{});
  CHECK(pi.state.since == Instant{Millis{1'119'999}});
  pi.after(Millis{1'000'000'000'000}).feed(TimePassed{});
  CHECK(pi.last == Deeds{"refuse_peer timed_out 2", "drop_peer", "wipe_code", "show window_open",
                         "stop_token", "stop_listening", "wipe_code", "show off",
                         "close nobody_came"});
}

TEST_CASE("a role that fails closes the window, and the fault shows") {
  Window pi;
  pi.feed({ShortPress{}, ServiceFailed{}});
  CHECK(pi.last ==
        Deeds{"stop_token", "stop_listening", "wipe_code", "show fault", "close service_failed"});
  CHECK(pi.feed(ServiceFailed{}).last.empty());
}

TEST_CASE("a refused proof reaches the host in the verifier's words") {
  Window pi;
  pi.prove().feed({OfferArrived{}, ProofRefused{}});
  CHECK(pi.last == Deeds{"answer as_verified", "drop_peer", "stop_verify", "stop_token",
                         "stop_listening", "wipe_code", "show refused", "close proof_refused"});
  CHECK(pi.state.failures.size() == 1);
}

TEST_CASE("a code that takes longer to read lives longer") {
  CHECK(designed_code_lifetime(CodeShape::normal, Speed::normal) == Millis{90'000});
  CHECK(designed_code_lifetime(CodeShape::normal, Speed::fast) == Millis{90'000});
  CHECK(designed_code_lifetime(CodeShape::normal, Speed::slow) == Millis{150'000});
  CHECK(designed_code_lifetime(CodeShape::strict, Speed::fast) == Millis{150'000});
}
