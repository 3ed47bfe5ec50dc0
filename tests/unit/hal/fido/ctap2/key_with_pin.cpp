// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/ctap2/key_with_pin.hpp"

#include <doctest/doctest.h>

namespace latchkey::fido::sim::test {

Reading read(const Bytes& answer) {
  REQUIRE(!answer.empty());
  Reading reading{static_cast<Status>(answer.front()), Value::Map{}};
  if (answer.size() > 1) {
    CHECK(reading.status == Status::ok);
    reading.value = Value::decode(ByteView(answer).subspan(1)).value();
  }
  return reading;
}

State factory_state() {
  SigningKey::Seed seed{};
  seed.fill(9);
  State state{.factory = {SigningKey::from_seed(SigningKey::Kind::p256, seed).value(), {}}};
  latchkey::test::SeededRandom random(2);
  REQUIRE(reset(state, random));
  return state;
}

KeyWithPin::KeyWithPin(Model chosen, int chosen_protocol)
    : model(std::move(chosen)), protocol(chosen_protocol), state(factory_state()) {
  REQUIRE(power_up(session, random, now));
}

Environment KeyWithPin::environment() {
  return {model,   state,  session,
          history, random, [this](const State& written) { saved.push_back(to_json(written)); }};
}

void KeyWithPin::replug() {
  state = from_json(to_json(state)).value();
  history = {};
  REQUIRE(power_up(session, random, now));
}

Reading KeyWithPin::client_pin(const Value::Map& parameters) {
  auto env = environment();
  return read(std::get<Bytes>(sim::client_pin(env, parameters, now)));
}

Reading KeyWithPin::credential_management(const Value::Map& parameters) {
  auto env = environment();
  return read(std::get<Bytes>(sim::credential_management(env, parameters, now)));
}

Platform KeyWithPin::platform() {
  const auto reading = client_pin({{1, protocol}, {2, 2}});
  REQUIRE(reading.status == Status::ok);
  return {protocol, *reading.value.find(1), random};
}

Status KeyWithPin::set_pin(const std::string& pin) {
  const auto computer = platform();
  const auto new_pin = computer.new_pin(pin);
  return client_pin({{1, protocol},
                     {2, 3},
                     {3, computer.public_key()},
                     {4, computer.authenticate(new_pin)},
                     {5, new_pin}})
      .status;
}

Status KeyWithPin::change_pin(const std::string& from, const std::string& to) {
  const auto computer = platform();
  const auto new_pin = computer.new_pin(to);
  const auto pin_hash = computer.pin_hash(from);
  return client_pin({{1, protocol},
                     {2, 4},
                     {3, computer.public_key()},
                     {4, computer.authenticate(join(new_pin, pin_hash))},
                     {5, new_pin},
                     {6, pin_hash}})
      .status;
}

KeyWithPin::Token KeyWithPin::open(const Platform& computer, const Reading& reading) const {
  if (reading.status != Status::ok) return {reading.status};
  return {Status::ok, computer.decrypt(*reading.value.find(2)->bytes())};
}

KeyWithPin::Token KeyWithPin::pin_token(const std::string& pin) {
  const auto computer = platform();
  return open(
      computer,
      client_pin({{1, protocol}, {2, 5}, {3, computer.public_key()}, {6, computer.pin_hash(pin)}}));
}

KeyWithPin::Token KeyWithPin::token(const std::string& pin, int permissions,
                                    const std::optional<std::string>& rp_id) {
  const auto computer = platform();
  Value::Map request{{1, protocol},
                     {2, 9},
                     {3, computer.public_key()},
                     {6, computer.pin_hash(pin)},
                     {9, permissions}};
  if (rp_id) request.emplace(10, *rp_id);
  return open(computer, client_pin(request));
}

Status KeyWithPin::check(ByteView token_value, int needed, std::optional<std::string_view> rp_id) {
  const auto message = as_bytes("what is asked for");
  const Value chosen = protocol;
  auto env = environment();
  return check_pin_uv_auth(env, &chosen, pin_uv_auth_param(protocol, token_value, message), message,
                           static_cast<std::uint8_t>(needed), rp_id, now);
}

}  // namespace latchkey::fido::sim::test
