// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/channel/conversation.hpp"

using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

void check_complete(const Conversation& talk) {
  CHECK_FALSE(talk.owner_failed);
  CHECK_FALSE(talk.host_error);
  CHECK_FALSE(talk.pi_error);
  CHECK_FALSE(talk.refusal);
  CHECK(talk.greeted == "ada's laptop");
  REQUIRE(talk.hello);
  CHECK(talk.hello->name == "raspberrypi");
  CHECK(talk.code_proved);
  REQUIRE(talk.welcome);
  CHECK(talk.welcome->accounts == sample_welcome().accounts);
  CHECK(talk.welcome->host_keys == sample_welcome().host_keys);
  REQUIRE(talk.offered);
  CHECK(talk.offered->limits == sample_offer().limits);
  CHECK(talk.offered->signature == sample_offer().signature);
  REQUIRE(talk.judged);
  CHECK(talk.judged->logged_in);
  REQUIRE(talk.outcomes.size() == 2);
  CHECK(talk.outcomes[0].path == sample_outcome().path);
  CHECK(talk.outcomes[1].code == ResultCode::kept);
}

}  // namespace

TEST_CASE("the right code leads from greeting to verdict") {
  Conversation talk;
  talk.run();
  check_complete(talk);
}

TEST_CASE("it makes no difference in which pieces the bytes arrive") {
  for (const int piece : {1, 2, 3, 7, 64, -1, -2, -3}) {
    CAPTURE(piece);
    Conversation talk(static_cast<std::uint64_t>(piece + 10));
    talk.piece = piece;
    talk.run();
    check_complete(talk);
  }
}

TEST_CASE("from the typed code to the result the host waits exactly four times") {
  Conversation talk;
  talk.judge = false;
  talk.run();
  REQUIRE(talk.outcomes.size() == 1);
  // The first flight of each side is before the code: greeting and hello. After it the host sends,
  // waits for the answer, sends: one wait for each flight of the Pi.
  CHECK(talk.from_host.size() == 1 + 4);
  CHECK(talk.from_pi.size() == 1 + 4);
}
