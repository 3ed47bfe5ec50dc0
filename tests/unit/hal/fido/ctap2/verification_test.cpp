// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fido.h>

#include "hal/fido/sim/ctap2/token.hpp"
#include "tests/unit/hal/fido/ctap2/verdict.hpp"

// PIN tokens, the key's own reader and alwaysUv, in makeCredential and getAssertion.

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Value::Map with_uv(Value::Map request, int options) {
  return with(std::move(request), options, Value::Map{{"uv", true}});
}

Value::Map make_with(const Bytes& param, int protocol = 2) {
  return with(credential_request(8, param), 9, protocol);
}

Value::Map assert_with(const Bytes& param, const std::vector<Bytes>& ids, int protocol = 2) {
  return with(with(assertion_request(ids), 6, param), 7, protocol);
}

}  // namespace

TEST_CASE("who has to verify, before a credential is made") {
  struct Row {
    const char* model;
    bool pin;
    bool resident;
    Status status;
  };
  const Row rows[] = {
      {"fido-2.1", false, false, Status::ok},
      {"fido-2.1", false, true, Status::ok},
      {"fido-2.1", true, false, Status::ok},  // makeCredUvNotRqd
      {"fido-2.1", true, true, Status::puat_required},
      {"fido-2.0", false, true, Status::ok},
      {"fido-2.0", true, false, Status::puat_required},
      {"fido-2.0", true, true, Status::puat_required},
      {"fido-2.0-no-pin", false, true, Status::ok},
      {"fido-2.1-always-uv", false, false, Status::puat_required},
      {"fido-2.1-always-uv", true, false, Status::puat_required},
      {"fido-2.1-built-in-uv", false, false, Status::ok},
      {"fido-2.1-built-in-uv", false, true, Status::operation_denied},
      {"fido-2.1-built-in-uv", true, true, Status::puat_required},
  };
  for (const auto& row : rows) {
    CAPTURE(row.model);
    CAPTURE(row.pin);
    CAPTURE(row.resident);
    BareKey key(row.model);
    if (row.pin) key.set_pin();
    const auto request = row.resident ? resident_request("pi") : credential_request();
    CHECK(status_of(key.make(request)) == row.status);
    CHECK(key.asked.has_value() == (row.status == Status::ok));
  }
}

TEST_CASE("a token verifies, and is used up with the touch") {
  BareKey key("fido-2.1");
  key.set_pin();
  const auto request = make_with(key.token_param(permission::kMakeCredential));
  const auto made = key.make(request);
  REQUIRE(key.asked);
  CHECK(key.asked->gesture == Gesture::touch);
  CHECK(data_of(made).flags == 0x45);
  CHECK(verify_credential(made) == FIDO_OK);
  CHECK(status_of(key.make(request)) == Status::pin_auth_invalid);

  const auto asserting = assert_with(key.token_param(permission::kGetAssertion), {id_of(made)});
  const auto assertion = key.assertion(asserting);
  CHECK(data_of(assertion).flags == 0x05);
  CHECK(verify_assertion(made, assertion, {.user_verified = true}) == FIDO_OK);
  CHECK(status_of(key.assertion(asserting)) == Status::pin_auth_invalid);
}

TEST_CASE("a silent assertion does not use a token up") {
  BareKey key("fido-2.1");
  key.set_pin();
  const auto id = id_of(key.make(make_with(key.token_param(permission::kMakeCredential))));
  const auto silent = with(assert_with(key.token_param(permission::kGetAssertion), {id}), 5,
                           Value::Map{{"up", false}});
  CHECK(data_of(key.assertion(silent)).flags == 0x04);
  CHECK(data_of(key.assertion(silent)).flags == 0x04);
  CHECK_FALSE(key.asked);
}

TEST_CASE("a token that knows of a person spares the touch") {
  BareKey key("fido-2.1");
  key.set_pin();
  const auto made = key.make(make_with(key.token_param(permission::kMakeCredential, true)));
  CHECK_FALSE(key.asked);
  CHECK(data_of(made).flags == 0x45);
  const auto assertion =
      key.assertion(assert_with(key.token_param(permission::kGetAssertion, true), {id_of(made)}));
  CHECK_FALSE(key.asked);
  CHECK(data_of(assertion).flags == 0x05);
  const auto excluding = with(make_with(key.token_param(permission::kMakeCredential, true)), 5,
                              descriptors({id_of(made)}));
  CHECK(status_of(key.make(excluding)) == Status::credential_excluded);
  CHECK_FALSE(key.asked);
}

TEST_CASE("a token is good for its MAC, its permission and its relying party") {
  BareKey key("fido-2.1");
  key.set_pin();
  auto param = key.token_param(permission::kMakeCredential);
  param[0] ^= 1U;
  CHECK(status_of(key.make(make_with(param))) == Status::pin_auth_invalid);
  CHECK(status_of(key.make(make_with(key.token_param(permission::kGetAssertion)))) ==
        Status::pin_auth_invalid);
  param = key.token_param(permission::kMakeCredential);
  CHECK(status_of(key.assertion(assert_with(param, {}))) == Status::pin_auth_invalid);
  token_of(key.session, PinProtocol::two).rp_id = "ssh:b";
  CHECK(status_of(key.make(make_with(param))) == Status::pin_auth_invalid);
  token_of(key.session, PinProtocol::two).rp_id.reset();
  token_of(key.session, PinProtocol::two).user_verified = false;
  CHECK(status_of(key.make(make_with(param))) == Status::pin_auth_invalid);
  CHECK_FALSE(key.asked);

  CHECK(status_of(key.make(make_with(key.token_param(permission::kMakeCredential)))) == Status::ok);
  CHECK(token_of(key.session, PinProtocol::two).rp_id == kRpId);
}

TEST_CASE("a pinUvAuthParam comes with a protocol that the key has") {
  BareKey key("fido-2.1");
  key.set_pin();
  const auto param = key.token_param(permission::kMakeCredential);
  CHECK(status_of(key.make(credential_request(8, param))) == Status::missing_parameter);
  CHECK(status_of(key.make(make_with(param, 3))) == Status::invalid_parameter);
  CHECK(status_of(key.make(make_with(param, 1))) == Status::pin_auth_invalid);
  CHECK(status_of(key.assertion(with(assertion_request(), 6, param))) == Status::missing_parameter);
  CHECK(status_of(key.assertion(assert_with(param, {}, 0))) == Status::invalid_parameter);
  BareKey older("fido-2.0");
  CHECK(status_of(older.make(make_with(param, 2))) == Status::pin_auth_invalid);
}

TEST_CASE("a token proves nothing to a key without a PIN") {
  BareKey key("fido-2.1");
  CHECK(status_of(key.make(make_with(Bytes(32, 7)))) == Status::pin_auth_invalid);
}

TEST_CASE("to 2.0 a token is good for everything, as often as one likes") {
  BareKey key("fido-2.0");
  key.set_pin();
  auto& token = token_of(key.session, PinProtocol::one);
  token.in_use = true;
  const auto param = authenticate(PinProtocol::one, token.value, client_data_hash()).value();
  const auto made = key.make(make_with(param, 1));
  CHECK(data_of(made).flags == 0x45);
  CHECK(data_of(key.make(make_with(param, 1))).flags == 0x45);
  CHECK(data_of(key.assertion(assert_with(param, {id_of(made)}, 1))).flags == 0x05);
}

TEST_CASE("an assertion by touch alone needs no PIN, and says so") {
  BareKey key("fido-2.1");
  const auto made = key.make(credential_request());
  key.set_pin();
  const auto answer = key.assertion(assertion_request({id_of(made)}));
  CHECK(data_of(answer).flags == 0x01);
  CHECK(verify_assertion(made, answer) == FIDO_OK);
  CHECK(verify_assertion(made, answer, {.user_verified = true}) == FIDO_ERR_INVALID_PARAM);
}

TEST_CASE("a finger verifies and is a touch") {
  BareKey key("fido-2.1-built-in-uv");
  const auto made =
      key.make(with(with_uv(resident_request("pi"), 7), 7, Value::Map{{"rk", true}, {"uv", true}}));
  REQUIRE(key.asked);
  CHECK(key.asked->gesture == Gesture::verification);
  CHECK(key.asked->rp_id == kRpId);
  CHECK(data_of(made).flags == 0x45);
  CHECK(verify_credential(made) == FIDO_OK);
  const auto answer = key.assertion(with_uv(assertion_request({id_of(made)}), 5));
  CHECK(key.asked->gesture == Gesture::verification);
  CHECK(verify_assertion(made, answer, {.user_verified = true}) == FIDO_OK);
  const auto excluding = with(with_uv(credential_request(), 7), 5, descriptors({id_of(made)}));
  CHECK(status_of(key.make(excluding)) == Status::credential_excluded);
}

TEST_CASE("an assertion that was to be silent tells of nobody and uses nothing up") {
  struct Row {
    bool up;
    bool reader;
    unsigned flags;
  };
  const Row rows[] = {
      {true, false, 0x05}, {true, true, 0x05}, {false, false, 0x04}, {false, true, 0x04}};
  for (const auto& row : rows) {
    CAPTURE(row.up);
    CAPTURE(row.reader);
    BareKey key("fido-2.1-built-in-uv");
    const auto made = key.make(credential_request());
    key.set_pin();
    const auto param = key.token_param(permission::kGetAssertion, true);
    const auto request =
        row.reader ? assertion_request({id_of(made)}) : assert_with(param, {id_of(made)});
    Value::Map options{{"up", row.up}};
    if (row.reader) options.emplace("uv", true);
    const auto answer = key.assertion(with(request, 5, options));
    CHECK(data_of(answer).flags == row.flags);
    CHECK(key.asked.has_value() == row.reader);
    const auto& token = token_of(key.session, PinProtocol::two);
    CHECK(token.user_verified == !row.up);
    CHECK(token.user_present == !row.up);
    CHECK((token.permissions != 0) == !row.up);
  }
}

TEST_CASE("wrong fingers block the reader, a right one before does not") {
  BareKey key("fido-2.1-built-in-uv");
  const auto request = with_uv(credential_request(), 7);
  const auto id = id_of(key.make(request));
  for (int i = 1; i < kVerificationTries; ++i) {
    CHECK(status_of(key.make(request, Reply::no)) == Status::operation_denied);
  }
  CHECK(status_of(key.make(request)) == Status::ok);
  const auto asserting = with_uv(assertion_request({id}), 5);
  for (int i = 1; i < kVerificationTries; ++i) {
    CHECK(status_of(key.assertion(asserting, Reply::no)) == Status::operation_denied);
  }
  CHECK(status_of(key.make(request, Reply::no)) == Status::pin_blocked);
  CHECK(status_of(key.make(request)) == Status::pin_blocked);
  CHECK_FALSE(key.asked);
  CHECK(status_of(key.assertion(asserting)) == Status::pin_blocked);
  CHECK(status_of(key.make(credential_request())) == Status::ok);  // by touch alone
}

TEST_CASE("a pinUvAuthParam makes the reader needless") {
  BareKey key("fido-2.1-built-in-uv");
  key.set_pin();
  const auto request = make_with(key.token_param(permission::kMakeCredential));
  CHECK(data_of(key.make(with_uv(request, 7))).flags == 0x45);
  CHECK(key.asked->gesture == Gesture::touch);
}

TEST_CASE("a key that always verifies does nothing with a touch without it") {
  BareKey key("fido-2.1-always-uv");
  CHECK(status_of(key.make(credential_request())) == Status::puat_required);
  CHECK(status_of(key.assertion(assertion_request())) == Status::puat_required);
  key.set_pin();
  CHECK(status_of(key.make(credential_request())) == Status::puat_required);
  const auto made = key.make(make_with(key.token_param(permission::kMakeCredential)));
  CHECK(data_of(made).flags == 0x45);
  CHECK(status_of(key.assertion(assertion_request({id_of(made)}))) == Status::puat_required);
  CHECK_FALSE(key.asked);
  const auto request = assert_with(key.token_param(permission::kGetAssertion), {id_of(made)});
  CHECK(data_of(key.assertion(request)).flags == 0x05);
}

TEST_CASE("a key that always verifies asks its own reader unasked") {
  auto model = find_model("fido-2.1-always-uv").value();
  model.built_in_verification = true;
  BareKey key(model);
  const auto made = key.make(credential_request());
  REQUIRE(key.asked);
  CHECK(key.asked->gesture == Gesture::verification);
  CHECK(data_of(made).flags == 0x45);
  CHECK(data_of(key.assertion(assertion_request({id_of(made)}))).flags == 0x05);
  CHECK(key.asked->gesture == Gesture::verification);
}

TEST_CASE("a key that always verifies and has nothing to verify with denies everything") {
  auto model = find_model("fido-2.1-always-uv").value();
  model.client_pin = false;
  BareKey key(model);
  CHECK(status_of(key.make(credential_request())) == Status::operation_denied);
  CHECK(status_of(key.assertion(assertion_request())) == Status::operation_denied);
}
