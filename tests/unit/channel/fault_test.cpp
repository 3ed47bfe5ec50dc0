// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/channel/conversation.hpp"

// Randomness that fails at every single call: never authenticated, never crashed.
using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

int calls_of(Side side) {
  Conversation talk;
  talk.run();
  REQUIRE(talk.outcomes.size() == 2);
  return side == Side::host ? talk.host_random.calls : talk.pi_random.calls;
}

}  // namespace

TEST_CASE("a host without randomness stops, whichever call fails") {
  const int calls = calls_of(Side::host);
  REQUIRE(calls > 5);
  for (int call = 1; call <= calls; ++call) {
    CAPTURE(call);
    Conversation talk(1, call, 0);
    talk.run();
    CHECK(talk.outcomes.empty());
    CHECK_FALSE(talk.offered);
    // Whoever owns the host learns of it: by the failed call or by the event.
    CHECK((talk.owner_failed || talk.host_error));
    if (talk.host_error) CHECK(talk.host_error->is(Errc::entropy));
  }
}

TEST_CASE("a Pi without randomness stops, whichever call fails") {
  const int calls = calls_of(Side::pi);
  REQUIRE(calls > 5);
  for (int call = 1; call <= calls; ++call) {
    CAPTURE(call);
    Conversation talk(1, 0, call);
    talk.run();
    CHECK(talk.outcomes.empty());
    CHECK_FALSE(talk.offered);
    CHECK((talk.owner_failed || talk.pi_error));
    if (talk.pi_error) CHECK(talk.pi_error->is(Errc::entropy));
    // As long as it can still be said in the clear, the host is told.
    if (!talk.code_proved) {
      REQUIRE(talk.refusal);
      CHECK(talk.refusal->reason == RefusalReason::internal);
    }
  }
}
