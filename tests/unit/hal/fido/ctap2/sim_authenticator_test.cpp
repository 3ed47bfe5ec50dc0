// SPDX-License-Identifier: MIT
#include "hal/fido/sim/sim_authenticator.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "hal/fido/sim/ctap2/command_name.hpp"
#include "tests/unit/hal/fido/ctap2/bare_key.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

/// A message: a command byte, and its parameters where there are any.
Bytes message(Command command, const std::optional<Value>& parameters = {}) {
  Bytes bytes{static_cast<std::uint8_t>(command)};
  if (parameters) {
    const auto cbor = parameters->encode();
    bytes.insert(bytes.end(), cbor.begin(), cbor.end());
  }
  return bytes;
}

/// What stands above an authenticator: asks the person, and tells how it ended.
class Whole final {
 public:
  explicit Whole(Model chosen = find_model("fido-2.1").value()) : bare(std::move(chosen)) {}

  Bytes call(ByteView bytes) {
    auto outcome = key.cbor(bytes, bare.now);
    if (auto* answered = std::get_if<Bytes>(&outcome)) return std::move(*answered);
    auto& wait = std::get<Wait>(outcome);
    const auto given = key.ask(wait.request);
    const auto late = answer(Status::user_action_timeout);
    auto answered = given == Reply::never ? late : wait.then(given, bare.now);
    key.ended(static_cast<Status>(answered.front()), bare.now);
    return answered;
  }
  Status status(Command command, const std::optional<Value>& parameters = {}) {
    return status_of(call(message(command, parameters)));
  }
  [[nodiscard]] const History::Event& last() const { return bare.history.events.back(); }

  BareKey bare;
  Reply reply = Reply::yes;
  std::vector<Request> requests;
  SimAuthenticator key = SimAuthenticator::plug(
                             bare.model, bare.state, bare.history,
                             [this](const Request& request) {
                               requests.push_back(request);
                               return reply;
                             },
                             bare.random, bare.now)
                             .value();
};

}  // namespace

TEST_CASE("a message becomes a command, and an event") {
  Whole whole;
  CHECK(whole.status(Command::get_info) == Status::ok);
  CHECK(whole.last().what == "getInfo");
  CHECK(whole.last().status == 0);
  CHECK(whole.last().at == whole.bare.now);

  CHECK(whole.status(Command::make_credential, resident_request("ada")) == Status::ok);
  CHECK(whole.last().what == "makeCredential");
  REQUIRE(whole.requests.size() == 1);
  CHECK(whole.requests[0].rp_id == kRpId);
  CHECK(whole.status(Command::get_assertion, assertion_request()) == Status::ok);
  CHECK(whole.last().what == "getAssertion");
  CHECK(whole.status(Command::get_next_assertion) == Status::not_allowed);
  CHECK(whole.last().what == "getNextAssertion");
  CHECK(whole.last().status == 0x30);
  CHECK(whole.status(Command::selection) == Status::ok);
  CHECK(whole.last().what == "selection");
  CHECK(whole.status(Command::client_pin, Value::Map{{1, 2}, {2, 1}}) == Status::ok);
  CHECK(whole.last().what == "clientPIN getPINRetries");
  CHECK(whole.status(Command::reset) == Status::ok);
  CHECK(whole.last().what == "reset");
  CHECK(whole.bare.state.credentials.empty());
  CHECK(whole.bare.history.events.size() == 7);
}

TEST_CASE("each sub-command has its name") {
  const auto pin = [](int number) {
    return command_name(Command::client_pin, Value::Map{{2, number}});
  };
  CHECK(pin(5) == "clientPIN getPinToken");
  CHECK(pin(9) == "clientPIN getPinUvAuthTokenUsingPinWithPermissions");
  for (const int unknown : {-1, 0, 8, 10}) CHECK(pin(unknown) == "clientPIN");
  CHECK(command_name(Command::client_pin, Value::Map{{2, "5"}}) == "clientPIN");
  const Value::Map begin{{1, 2}};
  CHECK(command_name(Command::credential_management, begin) ==
        "credentialManagement enumerateRPsBegin");
  CHECK(command_name(Command::credential_management_preview, begin) ==
        "credentialManagement enumerateRPsBegin");
  CHECK(command_name(static_cast<Command>(0x55), begin) == "command 0x55");
}

TEST_CASE("commands that a model does not have are invalid, whatever follows") {
  const auto has = [](const char* model, int command) {
    Whole whole(find_model(model).value());
    const Bytes bytes{static_cast<std::uint8_t>(command), 0xFF};
    return status_of(whole.call(bytes)) != Status::invalid_command;
  };
  for (const int command :
       {0x00, 0x03, 0x05, 0x09, 0x0C, 0x0D, 0x3F, 0x40, 0x42, 0x55, 0xBF, 0xFF}) {
    CAPTURE(command);
    CHECK_FALSE(has("fido-2.1", command));
  }
  for (const int command : {0x01, 0x02, 0x04, 0x06, 0x07, 0x08, 0x0A, 0x0B, 0x41}) {
    CAPTURE(command);
    CHECK(has("fido-2.1", command));
  }
  CHECK_FALSE(has("fido-2.0", 0x0A));
  CHECK_FALSE(has("fido-2.0", 0x0B));
  CHECK_FALSE(has("fido-2.0", 0x41));
  CHECK(has("fido-2.0", 0x06));
  CHECK_FALSE(has("fido-2.0-no-pin", 0x06));

  auto prototype = find_model("fido-2.0").value();
  prototype.credential_management = true;
  Whole whole(prototype);
  CHECK(status_of(whole.call(Bytes{0x41})) != Status::invalid_command);
  CHECK(status_of(whole.call(Bytes{0x0A})) == Status::invalid_command);
}

TEST_CASE("what is no CBOR is told as such, and what is no map") {
  Whole whole;
  CHECK(status_of(whole.call(Bytes{0x01, 0xA1})) == Status::invalid_cbor);
  CHECK(whole.last().what == "makeCredential");
  CHECK(whole.last().status == 0x12);
  CHECK(status_of(whole.call(Bytes{0x01, 0xA0, 0xA0})) == Status::invalid_cbor);
  CHECK(status_of(whole.call(Bytes{0x01, 0x01})) == Status::cbor_unexpected_type);
  CHECK(status_of(whole.call(Bytes{0x02, 0x80})) == Status::cbor_unexpected_type);
  CHECK(status_of(whole.call(Bytes{0x06, 0x40})) == Status::cbor_unexpected_type);
  CHECK(status_of(whole.call(Bytes{0x0A, 0x60})) == Status::cbor_unexpected_type);
  CHECK(status_of(whole.call(Bytes{0x01})) == Status::missing_parameter);
  CHECK(status_of(whole.call({})) == Status::invalid_length);
  CHECK(whole.last().what == "nothing");
}

TEST_CASE("messages are as long as getInfo says, and no longer") {
  Whole whole;
  auto request = credential_request();
  const auto fill = [&](std::size_t size) {
    request.insert_or_assign(3, Value::Map{{"id", Bytes{1}}, {"name", std::string(1000, 'n')}});
    const auto rest = message(Command::make_credential, request).size();
    request.insert_or_assign(
        3, Value::Map{{"id", Bytes{1}}, {"name", std::string(1000 + size - rest, 'n')}});
    return message(Command::make_credential, request);
  };
  REQUIRE(fill(1200).size() == 1200);
  CHECK(status_of(whole.call(fill(1200))) == Status::ok);
  CHECK(status_of(whole.call(fill(1201))) == Status::request_too_large);
}

TEST_CASE("history counts who was asked and who answered") {
  Whole whole(find_model("fido-2.1-built-in-uv").value());
  const auto& history = whole.bare.history;
  const auto fingered = credential_request(7, Value::Map{{"uv", true}});
  CHECK(whole.status(Command::make_credential, credential_request()) == Status::ok);
  CHECK(whole.status(Command::make_credential, fingered) == Status::ok);
  whole.reply = Reply::no;
  CHECK(whole.status(Command::make_credential, credential_request()) == Status::operation_denied);
  CHECK(whole.status(Command::make_credential, fingered) == Status::operation_denied);
  whole.reply = Reply::never;
  CHECK(whole.status(Command::selection) == Status::user_action_timeout);
  CHECK(history.touches_asked == 3);
  CHECK(history.touches_given == 1);
  CHECK(history.verifications_asked == 2);
  CHECK(history.verifications_given == 1);
  CHECK(history.timed_out == 1);
  CHECK(history.signatures == 2);

  (void)whole.key.cbor(message(Command::selection), whole.bare.now);
  whole.key.ended(Status::keepalive_cancel, whole.bare.now);
  CHECK(history.cancelled == 1);
  CHECK(history.timed_out == 1);
  CHECK(whole.last().what == "selection");
  CHECK(whole.last().status == 0x2D);
}

TEST_CASE("another command ends what getAssertion began") {
  for (const auto& between : {Bytes{0x04}, Bytes{0x06, 0xA2, 0x01, 0x01, 0x02, 0x01},
                              Bytes{0x0A, 0xA0}, Bytes{0x55},  // there is none such
                              Bytes(1201, 0x04)}) {            // too long
    Whole whole;
    CHECK(whole.status(Command::make_credential, resident_request("ada")) == Status::ok);
    CHECK(whole.status(Command::make_credential, resident_request("bob")) == Status::ok);
    CHECK(whole.status(Command::get_assertion, assertion_request()) == Status::ok);
    (void)whole.call(between);
    CHECK(whole.status(Command::get_next_assertion) == Status::not_allowed);
  }
  Whole whole;
  CHECK(whole.status(Command::make_credential, resident_request("ada")) == Status::ok);
  CHECK(whole.status(Command::make_credential, resident_request("bob")) == Status::ok);
  CHECK(whole.status(Command::get_assertion, assertion_request()) == Status::ok);
  (void)whole.key.u2f(Bytes{0, 3, 0, 0, 0, 0, 0}, whole.bare.now);
  CHECK(whole.last().what == "U2F version");
  CHECK(whole.status(Command::get_next_assertion) == Status::not_allowed);
}

TEST_CASE("what a key speaks is its model's") {
  for (const auto& model : models()) {
    Whole whole(model);
    CHECK(whole.key.speaks_cbor() == model.fido_2_0);
    CHECK(whole.key.speaks_u2f() == model.u2f);
  }
}

TEST_CASE("U2F is answered exactly where getInfo promises it") {
  for (const bool fido_2_1 : {false, true}) {
    for (const bool always_uv : {false, true}) {
      CAPTURE(fido_2_1);
      CAPTURE(always_uv);
      Model model;
      model.fido_2_1 = fido_2_1;
      model.always_uv = always_uv;
      Whole whole(model);
      const auto info = body_of(whole.call(message(Command::get_info)));
      const auto& versions = *info.find(1)->array();
      const bool promised = std::ranges::count(versions, Value("U2F_V2")) > 0;
      const auto answered = whole.key.u2f(Bytes{0, 3, 0, 0, 0, 0, 0}, whole.bare.now);
      const Bytes refused{0x69, 0x86};
      CHECK(promised == !(fido_2_1 && always_uv));
      CHECK((answered != refused) == promised);
    }
  }
}

TEST_CASE("a plug without randomness fails") {
  BareKey bare("fido-2.1");
  latchkey::test::ScriptedRandom nothing{{}};
  const auto plugged = SimAuthenticator::plug(
      bare.model, bare.state, bare.history, [](const Request&) { return Reply::yes; }, nothing,
      bare.now);
  CHECK_FALSE(plugged);
}

TEST_CASE("damaged requests do no harm") {
  const auto whole_request = message(Command::make_credential, resident_request("ada"));
  Whole whole;
  for (std::size_t size = 2; size < whole_request.size(); ++size) {
    CHECK(status_of(whole.call(ByteView(whole_request).first(size))) == Status::invalid_cbor);
  }
  std::size_t refused = 0;
  for (std::size_t bit = 8; bit < whole_request.size() * 8; ++bit) {
    auto flipped = whole_request;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto said = whole.call(flipped);
    if (status_of(said) == Status::ok) {
      CHECK(Value::decode(ByteView(said).subspan(1)));
    } else {
      CHECK(said.size() == 1);
      ++refused;
    }
  }
  CHECK(refused > 200);
}
