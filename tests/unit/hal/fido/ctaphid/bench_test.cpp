// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/ctaphid/bench.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

TEST_CASE("the bench cuts messages as the specification says") {
  CHECK(cut(1, HidCommand::ping, {}).size() == 1);
  CHECK(cut(1, HidCommand::ping, Bytes(57)).size() == 1);
  const auto two = cut(0x01020304, HidCommand::cbor, Bytes(58, 0xEE));
  REQUIRE(two.size() == 2);
  CHECK(to_hex(two[0]).starts_with("0102030490003aee"));
  CHECK(text(two[1]) == "0102030400ee");
  CHECK(cut(1, HidCommand::ping, Bytes(7609)).size() == 129);
}

TEST_CASE("the bench's reports read and write as text") {
  CHECK(text(report("ffffffff 86 0008 0102")) == "ffffffff8600080102");
  CHECK(text(std::nullopt) == "none");
}

TEST_CASE("the scripted authenticator counts, waits and writes down") {
  ScriptedAuthenticator authenticator;
  const Instant now;
  auto outcome = authenticator.cbor(Bytes{ScriptedAuthenticator::kTouch, 0xA0}, now);
  const auto& wait = std::get<Wait>(outcome);
  CHECK(wait.request.gesture == Gesture::touch);
  CHECK(wait.then(Reply::yes, now) == touched());
  CHECK(wait.then(Reply::no, now) == answer(Status::operation_denied));
  authenticator.yes_after = 2;
  CHECK(authenticator.ask(wait.request) == Reply::never);
  CHECK(authenticator.ask(wait.request) == Reply::yes);
  CHECK(authenticator.messages == std::vector<Bytes>{{0x02, 0xA0}});
  CHECK(authenticator.u2f(Bytes{1, 2}, now) == Bytes{2, 1, 0x90, 0x00});
}
