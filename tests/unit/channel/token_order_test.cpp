// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/channel/bare_end.hpp"
#include "tests/unit/channel/ends.hpp"

// Keys on security keys in the Pi: asked for, made and handed over, or fetched later.
using namespace latchkey;
using namespace latchkey::channel;
using namespace latchkey::channel::test;

namespace {

const TokenMade kMade{sample_handle()};

/// What the host hears of the Pi's key.
std::optional<TokenEvent> told(Ends& ends, TokenNews news) {
  REQUIRE(ends.pi.tell(sample_event(news)));
  pump(ends.host, ends.pi);
  const auto heard = expect<TokenNewsHeard>(ends.host);
  return heard ? std::optional(heard->event) : std::nullopt;
}

}  // namespace

TEST_CASE("a key is made in the Pi with a PIN from the laptop") {
  Ends ends;
  ends.to_offer();
  REQUIRE(ends.host.request_token(sample_request()));
  pump(ends.host, ends.pi);
  const auto asked = expect<TokenAsked>(ends.pi);
  REQUIRE(asked);
  CHECK(asked->request.application == "ssh:work");
  CHECK_FALSE(ends.pi.awaits_offer());

  CHECK(told(ends, TokenNews::plug_in)->news == TokenNews::plug_in);
  CHECK(told(ends, TokenNews::pin_wanted)->tries_left == 8);
  REQUIRE(ends.host.pin(sample_pin()));
  pump(ends.host, ends.pi);
  auto given = expect<PinGiven>(ends.pi);
  REQUIRE(given);
  CHECK(given->typed.pin == sample_pin().pin);
  CHECK(told(ends, TokenNews::pin_wrong));
  REQUIRE(ends.host.pin(sample_pin()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<PinGiven>(ends.pi));
  CHECK(told(ends, TokenNews::touch)->key == sample_event(TokenNews::touch).key);

  REQUIRE(ends.pi.give(kMade));
  REQUIRE(ends.pi.answer(sample_outcome()));
  pump(ends.host, ends.pi);
  const auto done = expect<TokenDone>(ends.host);
  REQUIRE(done);
  CHECK(done->made.made.handle == sample_handle().handle);
  REQUIRE(expect<Answered>(ends.host));
  REQUIRE(ends.host.verdict({false}));
  pump(ends.host, ends.pi);
  CHECK(expect<Judged>(ends.pi));
}

TEST_CASE("handles are asked for and given, and that is all") {
  Ends ends;
  ends.to_offer();
  REQUIRE(ends.host.request_handles({"pi"}));
  pump(ends.host, ends.pi);
  const auto asked = expect<HandlesAsked>(ends.pi);
  REQUIRE(asked);
  CHECK(asked->request.account == "pi");
  REQUIRE(ends.pi.give(Handles{{sample_handle()}}));
  CHECK(out_of_order(ends.pi.give(Handles{})));
  CHECK(out_of_order(ends.pi.answer(outcome_of(ResultCode::window_closed))));
  pump(ends.host, ends.pi);
  const auto given = expect<HandlesGiven>(ends.host);
  REQUIRE(given);
  REQUIRE(given->handles.handles.size() == 1);
  CHECK(given->handles.handles[0].key == sample_handle().key);
  CHECK(out_of_order(ends.host.verdict({true})));
  CHECK(out_of_order(ends.host.offer(sample_offer())));
}

TEST_CASE("of offer, token request and handles request there is one") {
  const auto check_closed = [](Ends& ends) {
    CHECK(out_of_order(ends.host.offer(sample_offer())));
    CHECK(out_of_order(ends.host.request_token(sample_request())));
    CHECK(out_of_order(ends.host.request_handles({})));
    CHECK(out_of_order(ends.host.verdict({true})));
    CHECK(out_of_order(ends.host.pin(sample_pin())));
  };
  Ends before;
  before.to_code();
  check_closed(before);
  Ends offered;
  offered.to_offer();
  REQUIRE(offered.host.offer(sample_offer()));
  check_closed(offered);
  Ends token;
  token.to_token();
  check_closed(token);
  Ends handles;
  handles.to_handles();
  check_closed(handles);
}

TEST_CASE("the Pi's calls fit what it was asked") {
  const auto check_calls = [](Ends& ends, bool token, bool handles) {
    CHECK(out_of_order(ends.pi.want_signature({"why"})));
    CHECK(out_of_order(ends.pi.answer(sample_outcome())));
    if (!token) CHECK(out_of_order(ends.pi.tell(sample_event(TokenNews::touch))));
    if (!token) CHECK(out_of_order(ends.pi.give(kMade)));
    if (!handles) CHECK(out_of_order(ends.pi.give(Handles{})));
  };
  Ends before;
  before.to_offer();
  check_calls(before, false, false);
  Ends token;
  token.to_token();
  check_calls(token, true, false);
  CHECK(token.pi.give(kMade));
  CHECK(out_of_order(token.pi.give(kMade)));
  CHECK(out_of_order(token.pi.tell(sample_event(TokenNews::touch))));
  Ends handles;
  handles.to_handles();
  check_calls(handles, false, true);
}

TEST_CASE("what breaks a bound does not leave, and may be mended") {
  Ends ends;
  ends.to_offer();
  auto request = sample_request();
  request.application = "web:no";
  CHECK(ends.host.request_token(request).error().is(Errc::malformed));
  REQUIRE(ends.host.request_token(sample_request()));
  pump(ends.host, ends.pi);
  REQUIRE(expect<TokenAsked>(ends.pi));
  auto event = sample_event(TokenNews::pin_wanted);
  event.key = std::string(65, 'k');
  CHECK(ends.pi.tell(event).error().is(Errc::too_large));
  // It did not count: the next one is the first.
  REQUIRE(told(ends, TokenNews::pin_wanted));
  PinTyped typed;
  CHECK(ends.host.pin(typed).error().is(Errc::malformed));
  typed.pin.assign(64, '1');
  CHECK(ends.host.pin(typed).error().is(Errc::too_large));
  REQUIRE(ends.host.pin(sample_pin()));
  pump(ends.host, ends.pi);
  CHECK(expect<PinGiven>(ends.pi)->typed.event == 1);
}

TEST_CASE("a PIN goes out only while it is asked for, once for each question") {
  Ends ends;
  ends.to_token();
  CHECK(out_of_order(ends.host.pin(sample_pin())));
  REQUIRE(told(ends, TokenNews::touch));
  CHECK(out_of_order(ends.host.pin(sample_pin())));
  REQUIRE(told(ends, TokenNews::pin_wanted));
  REQUIRE(ends.host.pin(sample_pin()));
  CHECK(out_of_order(ends.host.pin(sample_pin())));
  REQUIRE(told(ends, TokenNews::pin_wrong));
  REQUIRE(told(ends, TokenNews::pulled_out));
  CHECK(out_of_order(ends.host.pin(sample_pin())));
}

TEST_CASE("a PIN for a key that was pulled out meanwhile is not for the next one") {
  Ends ends;
  ends.to_token();
  REQUIRE(told(ends, TokenNews::pin_wanted));
  REQUIRE(ends.host.pin(sample_pin()));
  const auto late = ends.host.take_output();
  REQUIRE(ends.pi.tell(sample_event(TokenNews::pulled_out)));
  SUBCASE("while there is none") {
    ends.pi.receive(late);
    CHECK_FALSE(ends.pi.next_event());
  }
  SUBCASE("while the next one asks for its own") {
    REQUIRE(ends.pi.tell(sample_event(TokenNews::pin_wanted)));
    ends.pi.receive(late);
    CHECK_FALSE(ends.pi.next_event());
    pump(ends.host, ends.pi);
    REQUIRE(expect<TokenNewsHeard>(ends.host));
    REQUIRE(expect<TokenNewsHeard>(ends.host));
    REQUIRE(ends.host.pin(sample_pin()));
    pump(ends.host, ends.pi);
    CHECK(expect<PinGiven>(ends.pi)->typed.event == 3);
  }
}

TEST_CASE("a PIN that comes when the key is made already is for nobody") {
  Ends ends;
  ends.to_token();
  REQUIRE(told(ends, TokenNews::pin_wanted));
  REQUIRE(ends.host.pin(sample_pin()));
  REQUIRE(ends.pi.give(kMade));
  ends.pi.receive(ends.host.take_output());
  CHECK_FALSE(ends.pi.next_event());
  CHECK(ends.pi.answer(sample_outcome()));
}

TEST_CASE("a token that fails is the last word, and so is the end of the window") {
  for (const auto code : {ResultCode::token_failed, ResultCode::window_closed}) {
    for (const bool after_made : {false, true}) {
      Ends ends;
      ends.to_token();
      REQUIRE(told(ends, TokenNews::pin_wanted));
      if (after_made) REQUIRE(ends.pi.give(kMade));
      REQUIRE(ends.pi.answer(outcome_of(code)));
      pump(ends.host, ends.pi);
      if (after_made) REQUIRE(expect<TokenDone>(ends.host));
      const auto answered = expect<Answered>(ends.host);
      REQUIRE(answered);
      CHECK(answered->outcome.code == code);
      CHECK(out_of_order(ends.host.pin(sample_pin())));
      CHECK(out_of_order(ends.host.verdict({true})));
    }
  }
  Ends handles;
  handles.to_handles();
  REQUIRE(handles.pi.answer(outcome_of(ResultCode::account_not_allowed)));
  pump(handles.host, handles.pi);
  CHECK(expect<Answered>(handles.host)->outcome.code == ResultCode::account_not_allowed);
}

TEST_CASE("news of the key are bounded on both sides") {
  Ends ends;
  ends.to_token();
  for (int i = 0; i < kMaxTokenEvents; ++i) REQUIRE(told(ends, TokenNews::touch));
  CHECK(out_of_order(ends.pi.tell(sample_event(TokenNews::touch))));
  CHECK(ends.pi.give(kMade));

  SeededRandom random(3);
  HostSession host("h", random);
  BarePi pi(host);
  pi.send(sample_welcome());
  REQUIRE(expect<Welcomed>(host));
  REQUIRE(host.request_token(sample_request()));
  for (int i = 0; i < kMaxTokenEvents; ++i) {
    pi.send(sample_event(TokenNews::touch));
    REQUIRE(expect<TokenNewsHeard>(host));
  }
  pi.send(sample_event(TokenNews::touch));
  CHECK(broke<Broken>(host, Errc::out_of_order));
}

TEST_CASE("a PIN that nobody asked for breaks the protocol") {
  const auto check_breaks = [](const PinTyped& typed, bool asked, bool answered) {
    SeededRandom random(3);
    PiSession pi(random);
    BareHost host(pi);
    host.send(sample_request());
    REQUIRE(expect<TokenAsked>(pi));
    if (asked) REQUIRE(pi.tell(sample_event(TokenNews::pin_wanted)));
    if (answered) host.send(sample_pin());
    if (answered) REQUIRE(expect<PinGiven>(pi));
    host.send(typed);
    CHECK(broke<PeerBroken>(pi, Errc::out_of_order));
  };
  check_breaks(sample_pin(1), false, false);
  check_breaks(sample_pin(2), true, false);
  check_breaks(sample_pin(1), true, true);
  SeededRandom random(3);
  PiSession pi(random);
  BareHost host(pi);
  host.send(sample_pin());
  CHECK(broke<PeerBroken>(pi, Errc::out_of_order));
}

TEST_CASE("whatever else a host says out of turn breaks the protocol") {
  const std::vector<Message> requests{sample_offer(), sample_request(), HandlesRequest{"pi"}};
  std::vector<Message> others{Verdict{true},
                              sample_welcome(),
                              sample_outcome(),
                              kMade,
                              Handles{},
                              SignatureWanted{"why"},
                              sample_event(TokenNews::touch)};
  for (const auto& second : others) {
    SeededRandom random(3);
    PiSession pi(random);
    BareHost host(pi);
    host.send(second);
    CHECK(broke<PeerBroken>(pi, Errc::out_of_order));
  }
  others.insert(others.end(), requests.begin(), requests.end());
  for (const auto& first : requests) {
    for (const auto& second : others) {
      CAPTURE(first.index());
      CAPTURE(second.index());
      SeededRandom random(3);
      PiSession pi(random);
      BareHost host(pi);
      host.send(first);
      REQUIRE(pi.next_event());
      host.send(second);
      CHECK(broke<PeerBroken>(pi, Errc::out_of_order));
    }
  }
}

TEST_CASE("whatever else a Pi says out of turn breaks the protocol") {
  const std::vector<Message> all{sample_welcome(),   sample_offer(),
                                 sample_outcome(),   Verdict{true},
                                 sample_request(),   kMade,
                                 sample_pin(),       Handles{},
                                 HandlesRequest{""}, sample_event(TokenNews::touch)};
  const auto check = [&](const char* after, auto prepare, const std::vector<std::size_t>& legal) {
    for (const auto& message : all) {
      if (std::ranges::find(legal, message.index()) != legal.end()) continue;
      CAPTURE(after);
      CAPTURE(message.index());
      SeededRandom random(3);
      HostSession host("h", random);
      BarePi pi(host);
      pi.send(sample_welcome());
      REQUIRE(expect<Welcomed>(host));
      REQUIRE(prepare(host, pi));
      pi.send(message);
      CHECK(broke<Broken>(host, Errc::out_of_order));
    }
  };
  const auto made = Message(kMade).index();
  const auto event = Message(TokenEvent{}).index();
  const auto outcome = Message(Outcome{}).index();
  const auto handles = Message(Handles{}).index();
  check("nothing", [](auto& /*host*/, auto& /*pi*/) { return true; }, {});
  check("an offer", [](auto& host, auto& /*pi*/) { return !!host.offer(sample_offer()); },
        {outcome});
  // Good news of the line before the key itself is there are no news.
  check("a token request",
        [](auto& host, auto& /*pi*/) { return !!host.request_token(sample_request()); },
        {made, event});
  check("the key",
        [](auto& host, auto& pi) {
          if (!host.request_token(sample_request())) return false;
          pi.send(kMade);
          return expect<TokenDone>(host).has_value();
        },
        {outcome});
  check("a handles request",
        [](auto& host, auto& /*pi*/) { return !!host.request_handles({"pi"}); }, {handles});
}
