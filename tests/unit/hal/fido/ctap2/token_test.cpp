// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/token.hpp"

#include <doctest/doctest.h>

#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/hal/fido/ctap2/key_with_pin.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

struct Opened : KeyWithPin {
  explicit Opened(Model chosen = {}, int chosen_protocol = 2)
      : KeyWithPin(std::move(chosen), chosen_protocol) {
    REQUIRE(set_pin("1234") == Status::ok);
  }
  [[nodiscard]] const PinUvAuthToken& own() const {
    return session.tokens.at(protocol == 1 ? 0 : 1);
  }
};

struct WithReader : KeyWithPin {
  WithReader() : KeyWithPin(find_model("fido-2.1-built-in-uv").value()) {}

  /// The request of getPinUvAuthTokenUsingUvWithPermissions.
  [[nodiscard]] Outcome ask(const Platform& computer, int permissions,
                            const std::optional<std::string>& rp_id) {
    Value::Map request{{1, protocol}, {2, 6}, {3, computer.public_key()}, {9, permissions}};
    if (rp_id) request.emplace(10, *rp_id);
    auto env = environment();
    return fido::sim::client_pin(env, request, now);
  }
  Status show(Reply reply) {
    auto outcome = ask(platform(), permission::kGetAssertion, "ssh:");
    if (auto* whole = std::get_if<Bytes>(&outcome)) return read(*whole).status;
    return read(std::get<Wait>(outcome).then(reply, now)).status;
  }
};

}  // namespace

TEST_CASE("a token is good for its permissions and nothing else") {
  for (const int protocol : {1, 2}) {
    for (int granted = 1; granted < 8; ++granted) {
      Opened key({}, protocol);
      const auto token = key.token("1234", granted, "ssh:");
      REQUIRE(token.status == Status::ok);
      for (int needed = 1; needed < 256; ++needed) {
        const bool good = (granted & needed) == needed;
        CHECK(key.check(token.value, needed, "ssh:") ==
              (good ? Status::ok : Status::pin_auth_invalid));
      }
    }
  }
}

TEST_CASE("permissions that a model has no use for are refused, unknown ones passed over") {
  std::vector<int> values{0x40, 0x47, 0x80, 0x100, 0x104, 0x7FFF'FF01};
  for (int permissions = 1; permissions < 0x40; ++permissions) values.push_back(permissions);
  for (const int permissions : values) {
    Model without;
    without.credential_management = false;
    for (const auto& model : {Model{}, without}) {
      Opened key(model);
      CAPTURE(permissions);
      const bool refused =
          (permissions & 0x38) != 0 || ((permissions & 4) != 0 && !model.credential_management);
      const auto status = key.token("1234", permissions, "ssh:").status;
      CHECK(status == (refused ? Status::unauthorized_permission : Status::ok));
      if (status == Status::ok) CHECK(key.own().permissions == (permissions & 7));
      CHECK(key.history.pin_tries == (refused ? 0U : 1U));
    }
  }
  Opened key;
  CHECK(key.token("1234", 0, "ssh:").status == Status::invalid_parameter);
  CHECK(key.token("1234", -1, "ssh:").status == Status::invalid_parameter);
  CHECK(key.history.pin_tries == 0);
}

TEST_CASE("making and asserting need a relying party, managing does not") {
  Opened key;
  CHECK(key.token("1234", permission::kMakeCredential).status == Status::missing_parameter);
  CHECK(key.token("1234", permission::kGetAssertion).status == Status::missing_parameter);
  CHECK(key.token("1234", 5).status == Status::missing_parameter);
  CHECK(key.history.pin_tries == 0);
  CHECK(key.token("1234", permission::kCredentialManagement).status == Status::ok);
}

TEST_CASE("a token for one relying party is good for no other") {
  Opened key;
  const auto token = key.token("1234", 3, "ssh:");
  CHECK(key.check(token.value, 1, "ssh:") == Status::ok);
  CHECK(key.check(token.value, 1, "ssh:work") == Status::pin_auth_invalid);
  CHECK(key.check(token.value, 1, "ssh") == Status::pin_auth_invalid);
  CHECK(key.check(token.value, 1, "") == Status::pin_auth_invalid);
  // Whoever asks for none looks at it alone.
  CHECK(key.check(token.value, 1) == Status::ok);
}

TEST_CASE("getPinToken's token makes and asserts for the first relying party that uses it") {
  Opened key;
  const auto token = key.pin_token("1234");
  CHECK(key.own().permissions == 3);
  CHECK(!key.own().rp_id);
  CHECK(key.check(token.value, permission::kCredentialManagement) == Status::pin_auth_invalid);
  CHECK(key.check(token.value, 8, "ssh:") == Status::pin_auth_invalid);
  CHECK(!key.own().rp_id);
  CHECK(key.check(token.value, 1, "ssh:") == Status::ok);
  CHECK(key.check(token.value, 2, "ssh:other") == Status::pin_auth_invalid);
  CHECK(key.check(token.value, 2, "ssh:") == Status::ok);
}

TEST_CASE("getPinToken knows nothing of permissions") {
  Opened key;
  const auto computer = key.platform();
  Value::Map request{
      {1, 2}, {2, 5}, {3, computer.public_key()}, {6, computer.pin_hash("1234")}, {9, 1}};
  CHECK(key.client_pin(request).status == Status::invalid_parameter);
  request.erase(9);
  request.emplace(10, "ssh:");
  CHECK(key.client_pin(request).status == Status::invalid_parameter);
  CHECK(key.history.pin_tries == 0);
}

TEST_CASE("an unused token lives for 30 seconds, a used one for 10 minutes") {
  for (const auto late : {Millis(-1), Millis(0), Millis(1)}) {
    CAPTURE(late.count());
    const auto expected = late < Millis(0) ? Status::ok : Status::pin_auth_invalid;
    Opened key;
    const auto issued = key.now;
    auto token = key.token("1234", 3, "ssh:");
    key.now = issued + Millis(30'000) + late;
    CHECK(key.check(token.value, 1, "ssh:") == expected);
    CHECK(key.own().in_use == (expected == Status::ok));

    Opened other;
    token = other.token("1234", 3, "ssh:");
    // An attempt that fails is no use.
    CHECK(other.check(token.value, 1, "ssh:other") == Status::pin_auth_invalid);
    CHECK(other.check(Bytes(32, 1), 1, "ssh:") == Status::pin_auth_invalid);
    CHECK(!other.own().used);
    CHECK(other.check(token.value, 1, "ssh:") == Status::ok);
    other.now = issued + Millis(300'000);
    CHECK(other.check(token.value, 1, "ssh:") == Status::ok);
    other.now = issued + Millis(600'000) + late;
    CHECK(other.check(token.value, 1, "ssh:") == expected);
  }
}

TEST_CASE("a token ends with the next one, with a new PIN and with the power") {
  Opened key;
  auto token = key.token("1234", 3, "ssh:").value;
  const auto next = key.token("1234", 3, "ssh:").value;
  CHECK(next != token);
  CHECK(key.check(token, 1, "ssh:") == Status::pin_auth_invalid);
  CHECK(key.check(next, 1, "ssh:") == Status::ok);
  CHECK(key.change_pin("1234", "4321") == Status::ok);
  CHECK(key.check(next, 1, "ssh:") == Status::pin_auth_invalid);
  token = key.token("4321", 3, "ssh:").value;
  CHECK(key.check(token, 1, "ssh:") == Status::ok);
  key.replug();
  CHECK(key.check(token, 1, "ssh:") == Status::pin_auth_invalid);

  // Of the other protocol as well.
  key.protocol = 1;
  token = key.token("4321", 3, "ssh:").value;
  CHECK(key.check(token, 1, "ssh:") == Status::ok);
  key.protocol = 2;
  REQUIRE(key.pin_token("4321").status == Status::ok);
  key.protocol = 1;
  CHECK(key.check(token, 1, "ssh:") == Status::pin_auth_invalid);
}

TEST_CASE("a wrong PIN takes no token away") {
  Opened key;
  const auto token = key.token("1234", 3, "ssh:").value;
  CHECK(key.pin_token("0000").status == Status::pin_invalid);
  CHECK(key.check(token, 1, "ssh:") == Status::ok);
}

TEST_CASE("a token that was never handed out is good for nothing") {
  for (const auto* name : {"fido-2.0", "fido-2.1"}) {
    KeyWithPin key(find_model(name).value());
    for (const int protocol : key.model.pin_protocols) {
      key.protocol = protocol;
      const auto& token = key.session.tokens.at(static_cast<std::size_t>(protocol - 1));
      CHECK(key.check(token.value, 1, "ssh:") == Status::pin_auth_invalid);
      CHECK(key.check(Bytes(32), 1, "ssh:") == Status::pin_auth_invalid);
    }
  }
}

TEST_CASE("a parameter must be the MAC of this very message with this very token") {
  for (const int protocol : {1, 2}) {
    Opened key({}, protocol);
    const auto token = key.token("1234", 3, "ssh:").value;
    const Bytes message(32, 7);
    const auto right = pin_uv_auth_param(protocol, token, message);
    const Value chosen = protocol;
    const auto check = [&](ByteView param, ByteView what) {
      auto env = key.environment();
      return check_pin_uv_auth(env, &chosen, param, what, 1, "ssh:", key.now);
    };
    CHECK(check(right, message) == Status::ok);
    each_bit_flip(right, [&](const Bytes& other) {
      CHECK(check(other, message) == Status::pin_auth_invalid);
    });
    each_truncation(right,
                    [&](ByteView cut) { CHECK(check(cut, message) == Status::pin_auth_invalid); });
    each_bit_flip(message, [&](const Bytes& other) {
      CHECK(check(right, other) == Status::pin_auth_invalid);
    });
    CHECK(check(right, {}) == Status::pin_auth_invalid);
  }
}

TEST_CASE("the protocol of a parameter is needed, a number, and one of the model's") {
  Opened key;
  const auto token = key.token("1234", 3, "ssh:").value;
  const Bytes message(32, 7);
  const auto param = pin_uv_auth_param(2, token, message);
  const auto check = [&](const Value* chosen) {
    auto env = key.environment();
    return check_pin_uv_auth(env, chosen, param, message, 1, "ssh:", key.now);
  };
  const Value text = "2", three = 3, one = 1, two = 2;
  CHECK(check(nullptr) == Status::missing_parameter);
  CHECK(check(&text) == Status::cbor_unexpected_type);
  CHECK(check(&three) == Status::invalid_parameter);
  CHECK(check(&one) == Status::pin_auth_invalid);
  CHECK(check(&two) == Status::ok);
}

TEST_CASE("a touch that was used up leaves tokens that are good for nothing more") {
  Opened key;
  const auto token = key.token("1234", 3, "ssh:").value;
  CHECK(key.own().user_verified);
  CHECK(!key.own().user_present);
  clear_token_flags(key.session);
  CHECK(!key.own().user_verified);
  CHECK(key.own().permissions == 0);
  CHECK(key.check(token, 1, "ssh:") == Status::pin_auth_invalid);
}

TEST_CASE("tokens of 2.0 have neither permissions nor an end") {
  Opened key(find_model("fido-2.0").value(), 1);
  const auto token = key.pin_token("1234").value;
  key.now += std::chrono::hours(24);
  for (const auto* rp_id : {"ssh:", "ssh:work"}) {
    CHECK(key.check(token, permission::kMakeCredential, rp_id) == Status::ok);
    clear_token_flags(key.session);
    CHECK(key.check(token, permission::kCredentialManagement, rp_id) == Status::ok);
    CHECK(key.own().user_verified);
  }
  CHECK(key.check(Bytes(32, 1), 1, "ssh:") == Status::pin_auth_invalid);
  REQUIRE(key.change_pin("1234", "4321") == Status::ok);
  CHECK(key.check(token, 1, "ssh:") == Status::pin_auth_invalid);
}

TEST_CASE("the key's own reader gives tokens without a PIN") {
  WithReader key;
  const auto computer = key.platform();
  auto outcome = key.ask(computer, permission::kGetAssertion, "ssh:");
  auto& wait = std::get<Wait>(outcome);
  CHECK(wait.request.gesture == Gesture::verification);
  CHECK(wait.request.rp_id == "ssh:");
  CHECK(!key.session.tokens[1].in_use);
  // A person takes his time; the token counts from then.
  key.now += Millis(29'000);
  const auto reading = read(wait.then(Reply::yes, key.now));
  REQUIRE(reading.status == Status::ok);
  const auto token = computer.decrypt(*reading.value.find(2)->bytes());
  CHECK(key.session.tokens[1].user_verified);
  CHECK(key.session.tokens[1].user_present);
  key.now += Millis(29'999);
  CHECK(key.check(token, permission::kGetAssertion, "ssh:") == Status::ok);
  CHECK(key.session.tokens[1].user_present);
  // Who was there then need not be there any more.
  key.now += Millis(1);
  CHECK(key.check(token, permission::kGetAssertion, "ssh:") == Status::ok);
  CHECK(!key.session.tokens[1].user_present);
  CHECK(key.session.tokens[1].user_verified);
}

TEST_CASE("five wrong fingers, and the reader is not asked until a PIN was right") {
  WithReader key;
  REQUIRE(key.set_pin("1234") == Status::ok);
  CHECK(key.client_pin({{2, 7}}).value == Value(Value::Map{{5, 5}}));
  for (int left = 4; left > 0; --left) {
    CHECK(key.show(Reply::no) == Status::uv_invalid);
    CHECK(key.client_pin({{2, 7}}).value == Value(Value::Map{{5, left}}));
  }
  CHECK(key.show(Reply::yes) == Status::ok);
  CHECK(key.state.verification_tries == kVerificationTries);
  for (int i = 0; i < 4; ++i) CHECK(key.show(Reply::no) == Status::uv_invalid);
  CHECK(key.show(Reply::no) == Status::uv_blocked);
  CHECK(std::holds_alternative<Bytes>(key.ask(key.platform(), 2, "ssh:")));
  CHECK(key.show(Reply::yes) == Status::uv_blocked);
  key.replug();
  CHECK(key.show(Reply::yes) == Status::uv_blocked);
  CHECK(key.pin_token("1234").status == Status::ok);
  CHECK(key.show(Reply::yes) == Status::ok);
}

TEST_CASE("permissions are looked at before the reader asks anybody") {
  WithReader key;
  const auto status = [&](int permissions, const std::optional<std::string>& rp_id) {
    const auto outcome = key.ask(key.platform(), permissions, rp_id);
    return read(std::get<Bytes>(outcome)).status;
  };
  CHECK(status(0, "ssh:") == Status::invalid_parameter);
  CHECK(status(1, {}) == Status::missing_parameter);
  CHECK(status(permission::kConfiguration, {}) == Status::unauthorized_permission);
  CHECK(std::holds_alternative<Wait>(key.ask(key.platform(), 4, {})));
}
