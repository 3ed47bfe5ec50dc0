// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/channel/ends.hpp"

// The owner's calls: out of turn, with bad arguments, unasked, and the session after its end.
using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

TEST_CASE("the host's calls out of turn change nothing") {
  Ends ends;
  CHECK(out_of_order(ends.host.enter_code(kCode)));
  CHECK(out_of_order(ends.host.offer(sample_offer())));
  CHECK(out_of_order(ends.host.verdict({true})));
  ends.to_offer();
  CHECK(out_of_order(ends.host.enter_code(kCode)));
  CHECK(out_of_order(ends.host.verdict({true})));
  REQUIRE(ends.host.offer(sample_offer()));
  CHECK(out_of_order(ends.host.offer(sample_offer())));
  CHECK(out_of_order(ends.host.verdict({true})));
  pump(ends.host, ends.pi);
  CHECK(expect<Offered>(ends.pi));
}

TEST_CASE("the Pi's calls out of turn change nothing") {
  Ends ends;
  CHECK(out_of_order(ends.pi.start(sample_hello(), kCode)));
  CHECK(out_of_order(ends.pi.release_share()));
  CHECK(out_of_order(ends.pi.set_welcome(sample_welcome())));
  CHECK(out_of_order(ends.pi.answer(sample_outcome())));
  ends.to_code();
  CHECK(out_of_order(ends.pi.start(sample_hello(), kCode)));
  CHECK(out_of_order(ends.pi.release_share()));
  CHECK(out_of_order(ends.pi.answer(sample_outcome())));
  REQUIRE(ends.host.enter_code(kCode));
  pump(ends.host, ends.pi);
  REQUIRE(expect<ShareWanted>(ends.pi));
  REQUIRE(ends.pi.release_share());
  CHECK(out_of_order(ends.pi.release_share()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<CodeProved>(ends.pi));
  REQUIRE(ends.pi.set_welcome(sample_welcome()));
  CHECK(out_of_order(ends.pi.set_welcome(sample_welcome())));
  // A good answer without a question is no answer.
  CHECK(out_of_order(ends.pi.answer(sample_outcome())));
  pump(ends.host, ends.pi);
  CHECK(expect<Welcomed>(ends.host));
}

TEST_CASE("without the owner's release the Pi's share stays where it is") {
  Ends ends;
  ends.to_code();
  REQUIRE(ends.host.enter_code(kCode));
  ends.pi.receive(ends.host.take_output());
  CHECK(ends.pi.take_output().empty());
  REQUIRE(ends.pi.release_share());
  CHECK_FALSE(ends.pi.take_output().empty());
}

TEST_CASE("a mistyped code of the wrong shape costs nothing, and may be typed again") {
  Ends ends;
  ends.to_code();
  for (const char* code : {"", "1234512", "123451234", "12345126", "12345 23", "abcdefgh"}) {
    CHECK(ends.host.enter_code(code).error().is(Errc::malformed));
  }
  CHECK(ends.host.take_output().empty());
  CHECK(ends.host.enter_code(kCode));
}

TEST_CASE("a strict code has ten groups on both sides") {
  Ends ends;
  pump(ends.host, ends.pi);
  auto hello = sample_hello();
  hello.groups = 10;
  CHECK(ends.pi.start(hello, kCode).error().is(Errc::malformed));
  hello.groups = 9;
  CHECK(ends.pi.start(hello, "123451234").error().is(Errc::malformed));
  hello.groups = 10;
  REQUIRE(ends.pi.start(hello, "1234512345"));
  pump(ends.host, ends.pi);
  CHECK(ends.host.enter_code(kCode).error().is(Errc::malformed));
  CHECK(ends.host.enter_code("1234512345"));
}

TEST_CASE("a welcome may come late, and then travels by itself") {
  Ends ends;
  ends.to_welcome();
  pump(ends.host, ends.pi);
  CHECK_FALSE(ends.host.next_event());
  REQUIRE(ends.pi.set_welcome(sample_welcome()));
  pump(ends.host, ends.pi);
  CHECK(expect<Welcomed>(ends.host));
}

TEST_CASE("a welcome or an offer beyond a bound is refused, and may be mended") {
  Ends ends;
  ends.to_welcome();
  auto welcome = sample_welcome();
  welcome.device = std::string(65, 'd');
  CHECK(ends.pi.set_welcome(welcome).error().is(Errc::too_large));
  REQUIRE(ends.pi.set_welcome(sample_welcome()));
  pump(ends.host, ends.pi);
  auto offer = sample_offer();
  offer.comment = "two\nlines";
  CHECK(ends.host.offer(offer).error().is(Errc::malformed));
  CHECK(ends.host.offer(sample_offer()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<Offered>(ends.pi));
  auto outcome = sample_outcome();
  outcome.text = std::string(1025, 't');
  CHECK(ends.pi.answer(outcome).error().is(Errc::too_large));
  CHECK(ends.pi.answer(sample_outcome()));
}

TEST_CASE("a bad result is the last word") {
  Ends ends;
  ends.to_offer();
  REQUIRE(ends.host.offer(sample_offer()));
  pump(ends.host, ends.pi);
  REQUIRE(ends.pi.answer(outcome_of(ResultCode::not_proved)));
  CHECK(out_of_order(ends.pi.answer(sample_outcome())));
  pump(ends.host, ends.pi);
  const auto answered = expect<Answered>(ends.host);
  REQUIRE(answered);
  CHECK(answered->outcome.code == ResultCode::not_proved);
  CHECK(out_of_order(ends.host.verdict({true})));
}

TEST_CASE("the end of the window reaches a host that has not offered yet") {
  Ends ends;
  ends.to_offer();
  REQUIRE(ends.pi.answer(outcome_of(ResultCode::window_closed)));
  ends.host.receive(ends.pi.take_output());
  const auto answered = expect<Answered>(ends.host);
  REQUIRE(answered);
  CHECK(answered->outcome.code == ResultCode::window_closed);
  CHECK(out_of_order(ends.host.offer(sample_offer())));
}

TEST_CASE("the end of the window reaches a host that tries its login") {
  Ends ends;
  ends.to_offer();
  REQUIRE(ends.host.offer(sample_offer()));
  pump(ends.host, ends.pi);
  REQUIRE(ends.pi.answer(sample_outcome()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<Answered>(ends.host));
  REQUIRE(ends.pi.answer(outcome_of(ResultCode::window_closed)));
  pump(ends.host, ends.pi);
  const auto answered = expect<Answered>(ends.host);
  REQUIRE(answered);
  CHECK(answered->outcome.code == ResultCode::window_closed);
  CHECK(out_of_order(ends.host.verdict({true})));
}

TEST_CASE("each refusal before the code is proved reaches the host") {
  for (int reason = 1; reason <= 10; ++reason) {
    const Refusal refusal{static_cast<RefusalReason>(reason), 1};
    Ends before;
    pump(before.host, before.pi);
    before.pi.refuse(refusal);
    pump(before.host, before.pi);
    REQUIRE(expect<Refused>(before.host));

    Ends during;
    during.to_code();
    REQUIRE(during.host.enter_code(kCode));
    pump(during.host, during.pi);
    during.pi.refuse(refusal);
    pump(during.host, during.pi);
    const auto refused = expect<Refused>(during.host);
    REQUIRE(refused);
    CHECK(refused->refusal == refusal);
    CHECK(out_of_order(during.pi.release_share()));
  }
}

TEST_CASE("a refusal while the host still types is seen at once") {
  Ends ends;
  ends.to_code();
  ends.pi.refuse({RefusalReason::overlap, 0});
  pump(ends.host, ends.pi);
  const auto refused = expect<Refused>(ends.host);
  REQUIRE(refused);
  CHECK(refused->refusal.reason == RefusalReason::overlap);
  CHECK(out_of_order(ends.host.enter_code(kCode)));
}

TEST_CASE("a refusal after encryption closes the channel") {
  Ends ends;
  ends.to_offer();
  ends.pi.refuse({RefusalReason::window_closed, 0});
  pump(ends.host, ends.pi);
  const auto broken = expect<Broken>(ends.host);
  REQUIRE(broken);
  CHECK(broken->error.is(Errc::closed));
}

TEST_CASE("a connection that has not greeted is refused without a word") {
  Ends ends;
  ends.pi.refuse({RefusalReason::busy, 0});
  CHECK(ends.pi.take_output().empty());
}

TEST_CASE("after its end a session takes no bytes and gives none") {
  Ends ends;
  ends.to_code();
  ends.pi.refuse({RefusalReason::overlap, 0});
  pump(ends.host, ends.pi);
  REQUIRE(expect<Refused>(ends.host));
  ends.host.receive(Bytes(100, 0xff));
  ends.pi.receive(Bytes(100, 0xff));
  ends.pi.refuse({RefusalReason::busy, 0});
  CHECK_FALSE(ends.host.next_event());
  CHECK_FALSE(ends.pi.next_event());
  CHECK(ends.host.take_output().empty());
  CHECK(ends.pi.take_output().empty());
}

TEST_CASE("a name with control characters, or too long, is mended before it is sent") {
  SeededRandom random(1);
  HostSession host("a\nb" + std::string(100, 'x'), random);
  PiSession pi(random);
  pi.receive(host.take_output());
  const auto greeted = expect<Greeted>(pi);
  REQUIRE(greeted);
  CHECK(greeted->name == "a?b" + std::string(61, 'x'));
}
