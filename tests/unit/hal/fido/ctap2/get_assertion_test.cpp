// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fido.h>

#include "core/crypto/hash.hpp"
#include "tests/unit/hal/fido/ctap2/verdict.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Value options(const char* name, bool value) { return Value::Map{{name, value}}; }

/// getAssertion's example in CTAP 2.0 section 5.2 and CTAP 2.1 section 6.2, without its command
/// byte: example.com, two identifiers, the option uv.
constexpr const char* kExample =
    "a4016b6578616d706c652e636f6d025820687134968222ec17202e42505f8ed2b16ae22f16bb05b88c25db9e60"
    "2645f1410382a26269645840f22006de4f905af68a43942f024f2a5ece603d9c6d4b3df8be08ed01fc442646d0"
    "34858ac75bed3fd580bf9808d94fcbee82b9b2ef6677af0adcc35852ea6b9e64747970656a7075626c69632d6b"
    "6579a2626964583203030303030303030303030303030303030303030303030303030303030303030303030303"
    "0303030303030303030303030364747970656a7075626c69632d6b657905a1627576f5";

}  // namespace

TEST_CASE("libfido2 takes assertions of either algorithm, wrapped and resident") {
  BareKey key("fido-2.1");
  for (const int algorithm : {kEs256, kEdDsa}) {
    for (const bool resident : {false, true}) {
      CAPTURE(algorithm);
      CAPTURE(resident);
      const auto algorithms = Value::Array{Value::Map{{"alg", algorithm}, {"type", "public-key"}}};
      const auto made =
          key.make(with(resident ? resident_request("pi") : credential_request(), 4, algorithms));
      const auto answer = key.assertion(assertion_request({id_of(made)}));
      REQUIRE(key.asked);
      CHECK(key.asked->gesture == Gesture::touch);
      CHECK(key.asked->rp_id == kRpId);
      CHECK(verify_assertion(made, answer) == FIDO_OK);

      const auto body = body_of(answer);
      CHECK(*body.find(1)->find("id")->bytes() == id_of(made));
      CHECK(*body.find(1)->find("type")->text() == "public-key");
      CHECK((body.find(4) != nullptr) == resident);
      CHECK(body.find(5) == nullptr);
      CHECK(data_of(answer).flags == 0x01);
    }
  }
}

TEST_CASE("an assertion holds for its own request and key alone") {
  BareKey key("fido-2.1");
  const auto made = key.make(credential_request());
  const auto another = key.make(credential_request());
  const auto request = assertion_request({id_of(made)});
  CHECK(verify_assertion(another, key.assertion(request)) == FIDO_ERR_INVALID_SIG);
  const auto changed = key.assertion(with(request, 2, Bytes(32, 0)));
  CHECK(verify_assertion(made, changed) == FIDO_ERR_INVALID_SIG);
}

TEST_CASE("the example of the specification finds nothing, or nobody to verify with") {
  const auto request = Value::decode(from_hex(kExample).value()).value();
  CHECK(to_hex(request.encode()) == kExample);
  const auto said = [&](const char* model) {
    BareKey key(model);
    auto env = key.environment();
    return status_of(key.finish(get_assertion(env, request, key.now)));
  };
  CHECK(said("fido-2.1") == Status::invalid_option);
  CHECK(said("fido-2.0") == Status::unsupported_option);
  CHECK(said("fido-2.1-built-in-uv") == Status::no_credentials);
}

TEST_CASE("the counter goes up with everything that is signed") {
  BareKey key("fido-2.1");
  const auto made = key.make(credential_request());
  CHECK(data_of(made).counter == 1);
  for (const auto expected : {2U, 3U, 4U}) {
    CHECK(data_of(key.assertion(assertion_request({id_of(made)}))).counter == expected);
  }
  CHECK(key.history.signatures == 4);
  key.state.signature_counter = 0x01020304;
  CHECK(data_of(key.assertion(assertion_request({id_of(made)}))).counter == 0x01020305);
}

TEST_CASE("without a touch nothing is signed") {
  BareKey key("fido-2.1");
  const auto id = id_of(key.make(credential_request()));
  CHECK(status_of(key.assertion(assertion_request({id}), Reply::no)) == Status::operation_denied);
  CHECK(key.history.signatures == 1);
}

TEST_CASE("a silent assertion tells whose credential it is, and that nobody was there") {
  for (const auto* model : {"fido-2.1", "fido-2.0", "fido-2.1-always-uv"}) {
    CAPTURE(model);
    BareKey key(model);
    key.model.always_uv = false;
    const auto made = key.make(credential_request());
    key.model.always_uv = find_model(model)->always_uv;
    const auto silent = with(assertion_request({id_of(made)}), 5, options("up", false));
    const auto answer = key.assertion(silent);
    CHECK_FALSE(key.asked);
    CHECK(data_of(answer).flags == 0x00);
    CHECK(verify_assertion(made, answer, {.user_present = false}) == FIDO_OK);
    CHECK(verify_assertion(made, answer) == FIDO_ERR_INVALID_PARAM);
    const auto unknown = with(assertion_request({Bytes(64, 1)}), 5, options("up", false));
    CHECK(status_of(key.assertion(unknown)) == Status::no_credentials);
  }
}

TEST_CASE("that there is no credential is said at once, by an older key after a touch") {
  BareKey key("fido-2.1");
  CHECK(status_of(key.assertion(assertion_request())) == Status::no_credentials);
  CHECK(status_of(key.assertion(assertion_request({Bytes(64, 1)}))) == Status::no_credentials);
  CHECK_FALSE(key.asked);
  BareKey older("fido-2.0");
  CHECK(status_of(older.assertion(assertion_request())) == Status::no_credentials);
  CHECK(older.asked);
  CHECK(status_of(older.assertion(assertion_request(), Reply::no)) == Status::operation_denied);
}

TEST_CASE("an identifier is good for its relying party and its key, to the bit") {
  BareKey key("fido-2.1");
  auto id = id_of(key.make(credential_request()));
  CHECK(status_of(key.assertion(with(assertion_request({id}), 1, "ssh:b"))) ==
        Status::no_credentials);
  for (std::size_t i = 0; i < id.size(); ++i) {
    id[i] ^= 0x10U;
    CHECK(status_of(key.assertion(assertion_request({id}))) == Status::no_credentials);
    id[i] ^= 0x10U;
  }
  CHECK(status_of(key.assertion(assertion_request({id}))) == Status::ok);
}

TEST_CASE("of a list, the first that the key holds signs") {
  BareKey key("fido-2.1");
  const auto a = id_of(key.make(credential_request()));
  const auto b = id_of(key.make(resident_request("b")));
  const auto signer = [&](const std::vector<Bytes>& ids) {
    const auto body = body_of(key.assertion(assertion_request(ids)));
    CHECK(body.find(5) == nullptr);
    return *body.find(1)->find("id")->bytes();
  };
  CHECK(signer({Bytes(5, 5), a, b}) == a);
  CHECK(signer({b, a}) == b);
  CHECK(status_of(key.next_assertion()) == Status::not_allowed);
}

TEST_CASE("an empty list is none") {
  BareKey key("fido-2.1");
  (void)key.make(resident_request("pi"));
  CHECK(status_of(key.assertion(with(assertion_request(), 3, Value::Array{}))) == Status::ok);
}

TEST_CASE("what getAssertion cannot do without is missed") {
  for (const int parameter : {1, 2}) {
    auto request = assertion_request();
    request.erase(parameter);
    BareKey key("fido-2.1");
    CHECK(status_of(key.assertion(request)) == Status::missing_parameter);
  }
}

TEST_CASE("parameters of getAssertion of the wrong type are told as such") {
  const std::pair<int, Value> rows[] = {
      {1, Bytes{1}},
      {2, "text"},
      {3, Value::Map{}},
      {3, Value::Array{Bytes{1}}},
      {4, 1},
      {5, Value::Array{}},
      {5, options("up", true).find("up")->truth().value()},
      {6, "text"},
      {7, Bytes{2}},
  };
  for (const auto& [parameter, value] : rows) {
    CAPTURE(parameter);
    CAPTURE(to_hex(value.encode()));
    BareKey key("fido-2.1");
    CHECK(status_of(key.assertion(with(assertion_request(), parameter, value))) ==
          Status::cbor_unexpected_type);
  }
  BareKey key("fido-2.1");
  auto env = key.environment();
  CHECK(status_of(key.finish(get_assertion(env, Value("text"), key.now))) ==
        Status::cbor_unexpected_type);
}

TEST_CASE("limits of getAssertion are kept") {
  BareKey key("fido-2.1");
  CHECK(status_of(key.assertion(with(assertion_request(), 2, Bytes(31)))) ==
        Status::invalid_length);
  const std::vector<Bytes> ids(key.model.max_credentials_in_list + 1, Bytes(32, 1));
  CHECK(status_of(key.assertion(assertion_request(ids))) == Status::limit_exceeded);
  const Value nameless = Value::Array{Value::Map{{"type", "public-key"}}};
  CHECK(status_of(key.assertion(with(assertion_request(), 3, nameless))) == Status::invalid_cbor);
}

TEST_CASE("rk is no option of an assertion") {
  BareKey key("fido-2.1");
  BareKey older("fido-2.0");
  for (const bool value : {false, true}) {
    const auto request = with(assertion_request(), 5, options("rk", value));
    CHECK(status_of(key.assertion(request)) == Status::unsupported_option);
    CHECK(status_of(older.assertion(request)) == Status::invalid_option);
  }
}

TEST_CASE("extensions that the key does not have change nothing") {
  BareKey key("fido-2.1");
  const auto made = key.make(credential_request());
  const auto request =
      with(assertion_request({id_of(made)}), 4, Value::Map{{"credBlob", true}, {"x", Bytes{}}});
  CHECK(verify_assertion(made, key.assertion(request)) == FIDO_OK);
}
