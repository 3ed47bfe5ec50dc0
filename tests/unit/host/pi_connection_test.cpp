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
  const auto answer = connection->offer({"pi", {1, 2, 3}, "c", {}, {4, 5}}, Millis(1000));
  REQUIRE(answer.has_value());
  const auto* const outcome = std::get_if<channel::Outcome>(&*answer);
  REQUIRE(outcome != nullptr);
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

TEST_CASE("what a security key in the Pi does comes step by step, and a PIN is for one of them") {
  using channel::TokenNews;
  Scene scene;
  scene.pi.token_events = {{TokenNews::plug_in}, {TokenNews::pin_wanted, 3, "key"}};
  scene.pi.outcome.code = channel::ResultCode::token_failed;
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  REQUIRE(connection->prove(scene.pi.code).has_value());
  channel::TokenRequest request;
  request.account = "pi";
  auto step = connection->request_token(request, Millis(1000));
  REQUIRE(step.has_value());
  CHECK(std::get<channel::TokenEvent>(*step).news == TokenNews::plug_in);
  step = connection->next_step(Millis(1000));
  REQUIRE(step.has_value());
  CHECK(std::get<channel::TokenEvent>(*step).tries_left == 3);
  const auto heard = connection->heard();
  REQUIRE(heard.has_value());
  CHECK_FALSE(heard->has_value());

  channel::PinTyped typed;
  typed.pin.assign({'1', '2', '3', '4'});
  step = connection->type_pin(std::move(typed), Millis(1000));
  REQUIRE(step.has_value());
  CHECK(std::get<channel::Outcome>(*step).code == channel::ResultCode::token_failed);
  CHECK(scene.pi.pins == std::vector<std::string>{"1234"});
}

TEST_CASE("a Pi that says nothing about its security key is given up in time") {
  Scene scene;
  scene.pi.token_events = {{channel::TokenNews::pin_wanted, 3, ""}};
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  REQUIRE(connection->prove(scene.pi.code).has_value());
  channel::TokenRequest request;
  request.account = "pi";
  REQUIRE(connection->request_token(request, Millis(1000)).has_value());
  const auto step = connection->next_step(Millis(1000));
  REQUIRE_FALSE(step.has_value());
  CHECK(step.error().reason == Reason::connection_lost);
}

TEST_CASE("a PIN that nobody asked for is not sent") {
  Scene scene;
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  REQUIRE(connection->prove(scene.pi.code).has_value());
  channel::PinTyped typed;
  typed.pin.assign({'1', '2', '3', '4'});
  CHECK(connection->type_pin(std::move(typed), Millis(1000)).error().reason == Reason::internal);
  CHECK(scene.pi.pins.empty());
}

TEST_CASE("handles are asked for once, and end the conversation") {
  Scene scene;
  auto connection = scene.open();
  REQUIRE(connection.has_value());
  REQUIRE(connection->prove(scene.pi.code).has_value());
  const auto handles = connection->request_handles({"pi"});
  REQUIRE(handles.has_value());
  CHECK(handles->handles.empty());
  CHECK(scene.pi.handles_requests.at(0).account == "pi");
  CHECK_FALSE(connection->request_handles({"pi"}).has_value());
}
