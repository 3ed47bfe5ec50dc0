// SPDX-License-Identifier: MIT
#include "host/pi_connection.hpp"

#include <doctest/doctest.h>

#include "hal/clock/sim/manual_clock.hpp"
#include "tests/unit/host/support/scripted_pi.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

struct Scene {
  Attempt<PiConnection> open() {
    pi.answer(dialer);
    return PiConnection::open({dialer, clock, random}, "pi", 7822, "laptop");
  }
  crypto::SystemRandom random;
  net::ScriptedDialer dialer;
  clock::ManualClock clock;
  ScriptedPi pi{random};
};

}  // namespace

TEST_CASE("hello tells who answers and how long the code is") {
  Scene scene;
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  CHECK(connection->hello().name == "raspberrypi");
  CHECK(connection->hello().groups == 8);
  CHECK(connection->look().has_value());
  CHECK(scene.pi.guesses == 0);
}

TEST_CASE("a right code opens the channel, an offer and a verdict are answered") {
  Scene scene;
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  const auto welcome = connection->prove(scene.pi.code);
  REQUIRE(welcome.has_value());
  CHECK(welcome->model == scene.pi.welcome.model);
  CHECK(welcome->challenge == scene.pi.welcome.challenge);
  const auto outcome = connection->offer({"pi", {1, 2, 3}, "c", {}, {4, 5}}, Millis(1000));
  REQUIRE(outcome.has_value());
  CHECK(outcome->path == scene.pi.outcome.path);
  CHECK(connection->verdict({true})->code == channel::ResultCode::added);
  CHECK(scene.pi.proved);
}

TEST_CASE("a wrong code comes back with the tries left") {
  Scene scene;
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  const auto welcome = connection->prove(another_code(scene.pi.code));
  REQUIRE_FALSE(welcome.has_value());
  CHECK(welcome.error().reason == Reason::code_wrong);
  CHECK(welcome.error().tries_left == 2);
  CHECK_FALSE(scene.pi.proved);
}

TEST_CASE("steps out of order are our own fault, and nobody waits") {
  Scene scene;
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  CHECK(connection->verdict({true}).error().reason == Reason::internal);
}

TEST_CASE("a Pi that ends while the code is read is found by a look") {
  Scene scene;
  scene.pi.refuse_after_hello = channel::Refusal{channel::RefusalReason::timed_out, 0};
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  const auto looked = connection->look();
  REQUIRE_FALSE(looked.has_value());
  CHECK(looked.error().reason == Reason::pi_timed_out);
}
