// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "core/crypto/hash.hpp"
#include "hal/fido/sim/ctap2/pin_protocol.hpp"
#include "tests/unit/hal/fido/ctap2/key_with_pin.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Model model_named(std::string_view name) { return find_model(name).value(); }

Model with(int protocol) {
  Model model;
  model.pin_protocols = {protocol};
  return model;
}

Bytes left_hash(const std::string& pin) {
  return to_bytes(ByteView(crypto::sha256(as_bytes(pin)).value()).first(16));
}

/// The whole request of a subcommand, right in everything.
Value::Map right_request(KeyWithPin& key, int sub_command) {
  const auto computer = key.platform();
  const auto new_pin = computer.new_pin("4321");
  const auto pin_hash = computer.pin_hash("1234");
  Value::Map request{{1, key.protocol}, {2, sub_command}};
  if (sub_command == 2) return request;
  request.emplace(3, computer.public_key());
  if (sub_command == 3) request.emplace(4, computer.authenticate(new_pin));
  if (sub_command == 4) request.emplace(4, computer.authenticate(join(new_pin, pin_hash)));
  if (sub_command == 3 || sub_command == 4) request.emplace(5, new_pin);
  if (sub_command != 3 && sub_command != 6) request.emplace(6, pin_hash);
  if (sub_command == 6 || sub_command == 9) {
    request.emplace(9, 3);
    request.emplace(10, "ssh:");
  }
  return request;
}

}  // namespace

TEST_CASE("a PIN is set, changed, and gives tokens, with either protocol") {
  for (const int protocol : {1, 2}) {
    CAPTURE(protocol);
    KeyWithPin key(with(protocol), protocol);
    CHECK(key.set_pin("1234") == Status::ok);
    CHECK(to_bytes(*key.state.pin_hash) == left_hash("1234"));
    CHECK(key.state.pin_code_points == 4);
    CHECK(key.change_pin("1234", "ssh keys 4 all") == Status::ok);
    CHECK(to_bytes(*key.state.pin_hash) == left_hash("ssh keys 4 all"));
    CHECK(key.pin_token("1234").status == Status::pin_invalid);
    const auto token = key.pin_token("ssh keys 4 all");
    CHECK(token.status == Status::ok);
    CHECK(token.value == to_bytes(key.session.tokens.at(protocol == 1 ? 0 : 1).value));
    CHECK(key.check(token.value, permission::kMakeCredential, "ssh:") == Status::ok);
    const auto other = key.token("ssh keys 4 all", permission::kGetAssertion, "ssh:");
    CHECK(other.status == Status::ok);
    CHECK(key.check(other.value, permission::kGetAssertion, "ssh:") == Status::ok);
  }
}

TEST_CASE("a PIN is set only once, and only changed afterwards") {
  KeyWithPin key;
  REQUIRE(key.set_pin("1234") == Status::ok);
  CHECK(key.set_pin("4321") == Status::pin_auth_invalid);
  CHECK(to_bytes(*key.state.pin_hash) == left_hash("1234"));
  CHECK(key.history.pin_tries == 0);
}

TEST_CASE("without a PIN there is nothing to change and no token") {
  KeyWithPin key;
  CHECK(key.change_pin("1234", "4321") == Status::pin_not_set);
  CHECK(key.pin_token("1234").status == Status::pin_not_set);
  CHECK(key.token("1234", 1, "ssh:").status == Status::pin_not_set);
  CHECK(key.history.pin_tries == 0);
  CHECK(key.state.pin_tries == kPinTries);
}

TEST_CASE("a PIN has 4 code points to 63 bytes of UTF-8") {
  struct Case {
    std::string pin;
    Status status;
  };
  const std::string key_sign = "\U0001F511";  // 4 bytes
  const Case cases[] = {
      {"", Status::pin_policy_violation},
      {"123", Status::pin_policy_violation},
      {"1234", Status::ok},
      {"\u00e9\u00e9\u00e9", Status::pin_policy_violation},  // 6 bytes, 3 code points
      {"\u00e9\u00e9\u00e9\u00e9", Status::ok},
      {key_sign + key_sign + key_sign, Status::pin_policy_violation},
      {key_sign + key_sign + key_sign + key_sign, Status::ok},
      {std::string(63, 'x'), Status::ok},
      {std::string(64, 'x'), Status::pin_policy_violation},  // not padded at all
      {"abc\xff", Status::pin_policy_violation},
      {"abcd\xc3", Status::pin_policy_violation},
      {std::string("a\0bc", 4), Status::ok},  // only trailing zeros are padding
  };
  for (const auto& [pin, status] : cases) {
    CAPTURE(pin);
    KeyWithPin key;
    CHECK(key.set_pin(pin) == status);
    CHECK(key.state.pin_hash.has_value() == (status == Status::ok));
    if (status == Status::ok) CHECK(to_bytes(*key.state.pin_hash) == left_hash(pin));

    KeyWithPin other;
    REQUIRE(other.set_pin("0000") == Status::ok);
    CHECK(other.change_pin("0000", pin) == status);
    CHECK(to_bytes(*other.state.pin_hash) == left_hash(status == Status::ok ? pin : "0000"));
    // The right old PIN was given: no try is lost by a bad new one.
    CHECK(other.state.pin_tries == kPinTries);
  }
}

TEST_CASE("a model may ask for longer PINs") {
  Model model;
  model.min_pin_length = 6;
  KeyWithPin key(model);
  CHECK(key.set_pin("12345") == Status::pin_policy_violation);
  CHECK(key.set_pin("123456") == Status::ok);
  CHECK(key.state.pin_code_points == 6);
}

TEST_CASE("a new PIN of another length than 64 bytes, encrypted, is refused") {
  for (const int protocol : {1, 2}) {
    KeyWithPin key(with(protocol), protocol);
    for (const std::size_t size : {0U, 16U, 48U, 80U, 256U}) {
      const auto computer = key.platform();
      const auto new_pin = computer.encrypt(Bytes(size, '1'));
      CHECK(key.client_pin({{1, protocol},
                            {2, 3},
                            {3, computer.public_key()},
                            {4, computer.authenticate(new_pin)},
                            {5, new_pin}})
                .status == Status::invalid_parameter);
    }
    // Not even whole blocks.
    const auto computer = key.platform();
    const Bytes new_pin(17, 1);
    CHECK(key.client_pin({{1, protocol},
                          {2, 3},
                          {3, computer.public_key()},
                          {4, computer.authenticate(new_pin)},
                          {5, new_pin}})
              .status == Status::pin_auth_invalid);
    CHECK(!key.state.pin_hash);
  }
}

TEST_CASE("every parameter of every subcommand is needed, and has its type") {
  for (const int sub_command : {2, 3, 4, 5, 6, 9}) {
    KeyWithPin key(model_named("fido-2.1-built-in-uv"));
    if (sub_command != 3) REQUIRE(key.set_pin("1234") == Status::ok);
    const auto right = right_request(key, sub_command);
    for (const auto& [label, value] : right) {
      CAPTURE(sub_command);
      CAPTURE(*label.number());
      auto request = right;
      request.erase(label);
      CHECK(key.client_pin(request).status == Status::missing_parameter);
      for (const Value& other : {Value("text"), Value(Value::Array{}), Value(true)}) {
        if (label == Value(10) && other.text() != nullptr) continue;
        request.insert_or_assign(label, other);
        CHECK(key.client_pin(request).status == Status::cbor_unexpected_type);
      }
    }
    CHECK(key.history.pin_tries == 0);
    auto env = key.environment();
    CHECK(read(std::get<Bytes>(client_pin(env, "no map", key.now))).status ==
          Status::cbor_unexpected_type);
  }
}

TEST_CASE("protocols that a model does not have are refused") {
  for (const int sub_command : {2, 3, 4, 5, 9}) {
    KeyWithPin key(with(1), 1);
    if (sub_command != 3) REQUIRE(key.set_pin("1234") == Status::ok);
    auto request = right_request(key, sub_command);
    for (const int other : {-1, 0, 2, 3, 257}) {
      request.insert_or_assign(1, other);
      CHECK(key.client_pin(request).status == Status::invalid_parameter);
    }
    CHECK(key.history.pin_tries == 0);
  }
}

TEST_CASE("a computer's key that is none is an invalid parameter and costs no try") {
  for (const int sub_command : {3, 4, 5, 6, 9}) {
    KeyWithPin key(model_named("fido-2.1-built-in-uv"));
    if (sub_command != 3) REQUIRE(key.set_pin("1234") == Status::ok);
    auto request = right_request(key, sub_command);
    request.insert_or_assign(3, Value::Map{{1, 2}});
    CHECK(key.client_pin(request).status == Status::invalid_parameter);
    CHECK(key.history.pin_tries == 0);
    CHECK(key.state.pin_tries == kPinTries);
  }
}

TEST_CASE("a PIN is neither set nor tried when the request was changed on its way") {
  for (const int protocol : {1, 2}) {
    for (const int sub_command : {3, 4}) {
      for (const int label : {4, 5, 6}) {
        KeyWithPin key(with(protocol), protocol);
        if (sub_command == 4) REQUIRE(key.set_pin("1234") == Status::ok);
        auto request = right_request(key, sub_command);
        if (!request.contains(label)) continue;
        auto bytes = *request.at(label).bytes();
        for (auto& byte : bytes) {
          byte ^= 0x10;
          request.insert_or_assign(label, bytes);
          CHECK(key.client_pin(request).status == Status::pin_auth_invalid);
          byte ^= 0x10;
        }
        CHECK(key.history.pin_tries == 0);
        request.insert_or_assign(label, bytes);
        CHECK(key.client_pin(request).status == Status::ok);
      }
    }
  }
}

TEST_CASE("every truncation and every flipped bit of a request is refused, or is another request") {
  for (const int sub_command : {3, 4, 9}) {
    KeyWithPin key;
    if (sub_command != 3) REQUIRE(key.set_pin("1234") == Status::ok);
    const auto cbor = Value(right_request(key, sub_command)).encode();
    for (std::size_t size = 0; size < cbor.size(); ++size) {
      CHECK(!Value::decode(ByteView(cbor).first(size)));
    }
    for (std::size_t bit = 0; bit < cbor.size() * 8; ++bit) {
      auto flipped = cbor;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
      const auto parameters = Value::decode(flipped);
      if (!parameters) continue;
      auto state = key.state;
      auto session = key.session;
      Environment env{key.model, state, session, key.history, key.random};
      const auto outcome = client_pin(env, *parameters, key.now);
      const auto* whole = std::get_if<Bytes>(&outcome);
      REQUIRE(whole != nullptr);
      REQUIRE(!whole->empty());
      // Another subcommand or another relying party may be asked for; a PIN never comes of it.
      CHECK(state.pin_hash == key.state.pin_hash);
    }
  }
}

TEST_CASE("what a key can have of clientPIN follows its model") {
  struct Case {
    std::string model;
    std::vector<int> has;
    Status otherwise;
  };
  const Case cases[] = {
      {"fido-2.1", {1, 2, 3, 4, 5, 9}, Status::invalid_subcommand},
      {"fido-2.1-built-in-uv", {1, 2, 3, 4, 5, 6, 7, 9}, Status::invalid_subcommand},
      {"fido-2.0", {1, 2, 3, 4, 5}, Status::invalid_parameter},
      {"fido-2.0-no-pin", {}, Status::invalid_command},
  };
  for (const auto& [name, has, otherwise] : cases) {
    KeyWithPin key(model_named(name), 1);
    for (int sub_command = -1; sub_command < 300; ++sub_command) {
      CAPTURE(name);
      CAPTURE(sub_command);
      const bool known = std::find(has.begin(), has.end(), sub_command) != has.end();
      const auto status = key.client_pin({{2, sub_command}}).status;
      const bool without_parameters = sub_command == 1 || sub_command == 7;
      CHECK(status == (!known               ? otherwise
                       : without_parameters ? Status::ok
                                            : Status::missing_parameter));
    }
  }
}

TEST_CASE("retries are told, and in 2.1 whether the key wants to be pulled out") {
  KeyWithPin key;
  CHECK(key.client_pin({{2, 1}}).value == Value(Value::Map{{3, 8}, {4, false}}));
  REQUIRE(key.set_pin("1234") == Status::ok);
  for (int i = 0; i < 3; ++i) CHECK(key.pin_token("0000").status != Status::ok);
  CHECK(key.client_pin({{2, 1}}).value == Value(Value::Map{{3, 5}, {4, true}}));
  key.replug();
  CHECK(key.client_pin({{2, 1}}).value == Value(Value::Map{{3, 5}, {4, false}}));

  KeyWithPin old(model_named("fido-2.0"), 1);
  CHECK(old.client_pin({{2, 1}}).value == Value(Value::Map{{3, 8}}));
}

TEST_CASE("the agreement keys are new at each plug and the same in between") {
  KeyWithPin key;
  const auto first = key.client_pin({{1, 2}, {2, 2}}).value;
  CHECK(key.client_pin({{1, 2}, {2, 2}}).value == first);
  CHECK(key.client_pin({{1, 1}, {2, 2}}).value != first);
  key.replug();
  CHECK(key.client_pin({{1, 2}, {2, 2}}).value != first);
}

TEST_CASE("without randomness there is no token, and no power-up") {
  KeyWithPin key;
  REQUIRE(key.set_pin("1234") == Status::ok);
  const auto request = right_request(key, 9);
  latchkey::test::ScriptedRandom none({});
  Environment env{key.model, key.state, key.session, key.history, none};
  CHECK(read(std::get<Bytes>(client_pin(env, request, key.now))).status == Status::other);
  CHECK(!key.session.tokens[1].in_use);
  Session session;
  CHECK(power_up(session, none, key.now).error().is(Errc::entropy));
}
