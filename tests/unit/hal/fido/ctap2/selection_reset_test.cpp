// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/ctap2/bare_key.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Bytes select(BareKey& key, Reply reply) {
  auto env = key.environment();
  return key.finish(selection(env), reply);
}

Bytes reset_after(BareKey& key, Millis time, Reply reply = Reply::yes) {
  auto env = key.environment();
  return key.finish(reset_key(env, key.now + time), reply);
}

}  // namespace

TEST_CASE("a key is selected by touch") {
  BareKey key("fido-2.1");
  CHECK(select(key, Reply::yes) == Bytes{0});
  REQUIRE(key.asked);
  CHECK(key.asked->gesture == Gesture::touch);
  CHECK(select(key, Reply::no) == answer(Status::operation_denied));
  BareKey older("fido-2.0");
  CHECK(select(older, Reply::yes) == answer(Status::invalid_command));
  CHECK_FALSE(older.asked);
}

TEST_CASE("a reset forgets all but the factory's") {
  BareKey key("fido-2.1");
  const auto wrapped = id_of(key.make(credential_request()));
  (void)key.make(resident_request("ada"));
  key.set_pin();
  key.state.pin_tries = 1;
  const auto chain = key.state.factory.chain;
  const auto token = key.session.tokens[1].value;
  const auto plugged_at = key.session.plugged_at;

  CHECK(reset_after(key, Millis(0)) == Bytes{0});
  CHECK(key.asked);
  CHECK(key.state.credentials.empty());
  CHECK_FALSE(key.state.pin_hash);
  CHECK(key.state.pin_tries == kPinTries);
  CHECK(key.state.signature_counter == 0);
  CHECK(key.state.factory.chain == chain);
  CHECK(key.session.tokens[1].value != token);
  CHECK(key.session.plugged_at == plugged_at);
  CHECK(status_of(key.assertion(assertion_request({wrapped}))) == Status::no_credentials);
}

TEST_CASE("a reset that nobody touches changes nothing") {
  BareKey key("fido-2.1");
  (void)key.make(resident_request("ada"));
  CHECK(reset_after(key, Millis(0), Reply::no) == answer(Status::operation_denied));
  CHECK(key.state.credentials.size() == 1);
}

TEST_CASE("a reset is for the first ten seconds in the socket") {
  BareKey key("fido-2.1");
  CHECK(reset_after(key, Millis(10'000)) == Bytes{0});
  CHECK(reset_after(key, Millis(10'001)) == answer(Status::not_allowed));
  CHECK_FALSE(key.asked);
  auto model = key.model;
  model.reset_window = Millis{0};
  BareKey careless(model);
  CHECK(reset_after(careless, Millis(86'400'000)) == Bytes{0});
}

TEST_CASE("a reset without randomness says so") {
  BareKey key("fido-2.1");
  latchkey::test::ScriptedRandom nothing{{}};
  Environment env{key.model, key.state, key.session, key.history, nothing};
  CHECK(key.finish(reset_key(env, key.now)) == answer(Status::other));
}
