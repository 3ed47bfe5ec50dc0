// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fido.h>

#include "core/crypto/hash.hpp"
#include "tests/unit/hal/fido/ctap2/verdict.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Value entry(int algorithm, const char* type = "public-key") {
  return Value::Map{{"alg", algorithm}, {"type", type}};
}

Value options(const char* name, bool value) { return Value::Map{{name, value}}; }

/// makeCredential's example in CTAP 2.0 section 5.1 and CTAP 2.1 section 6.1, without its command
/// byte; the relying party is example.com, the algorithms are -7 and -257.
constexpr const char* kExample =
    "a5015820687134968222ec17202e42505f8ed2b16ae22f16bb05b88c25db9e602645f14102a26269646b6578616d"
    "706c652e636f6d646e616d656441636d6503a462696458203082019330820138a003020102308201933082013"
    "8a0030201023082019330826469636f6e782b68747470733a2f2f706963732e6578616d706c652e636f6d2f30"
    "302f702f61426a6a6a707150622e706e67646e616d65766a6f686e70736d697468406578616d706c652e636f6"
    "d6b646973706c61794e616d656d4a6f686e20502e20536d6974680482a263616c672664747970656a7075626c"
    "69632d6b6579a263616c6739010064747970656a7075626c69632d6b657907a162726bf5";

}  // namespace

TEST_CASE("a credential is made after a touch") {
  BareKey key("fido-2.1");
  const auto made = key.make(credential_request());
  REQUIRE(key.asked);
  CHECK(key.asked->gesture == Gesture::touch);
  CHECK(key.asked->rp_id == kRpId);

  const auto data = data_of(made);
  CHECK(data.rp_id_hash == to_bytes(crypto::sha256(as_bytes(kRpId)).value()));
  CHECK(data.flags == 0x41);
  CHECK(data.counter == 1);
  CHECK(data.id.size() <= key.model.max_credential_id_length);
  CHECK(key.state.credentials.empty());
  CHECK(verify_credential(made) == FIDO_OK);
}

TEST_CASE("the example of the specification makes a resident credential") {
  BareKey key("fido-2.1");
  const auto request = Value::decode(from_hex(kExample).value()).value();
  CHECK(to_hex(request.encode()) == kExample);
  auto env = key.environment();
  const auto data = data_of(key.finish(make_credential(env, request, key.now)));
  CHECK(key.asked->rp_id == "example.com");
  CHECK(data.key->find(3)->number() == kEs256);
  REQUIRE(key.state.credentials.size() == 1);
  const auto& stored = key.state.credentials.front();
  CHECK(stored.id == data.id);
  CHECK(stored.rp_id == "example.com");
  CHECK(to_hex(stored.user_id).substr(0, 8) == "30820193");
  CHECK(stored.user_name == "johnpsmith@example.com");
  CHECK(stored.user_display_name == "John P. Smith");
}

TEST_CASE("without a touch nothing is made") {
  BareKey key("fido-2.1");
  CHECK(status_of(key.make(resident_request("pi"), Reply::no)) == Status::operation_denied);
  CHECK(key.state.credentials.empty());
  CHECK(key.state.signature_counter == 0);
  CHECK(key.history.signatures == 0);
}

TEST_CASE("what makeCredential cannot do without is missed") {
  for (const int parameter : {1, 2, 3, 4}) {
    CAPTURE(parameter);
    auto request = credential_request();
    request.erase(parameter);
    BareKey key("fido-2.1");
    CHECK(status_of(key.make(request)) == Status::missing_parameter);
    CHECK_FALSE(key.asked);
  }
  BareKey key("fido-2.1");
  CHECK(status_of(key.make(credential_request(2, Value::Map{{"name", "ssh"}}))) ==
        Status::missing_parameter);
  CHECK(status_of(key.make(credential_request(3, Value::Map{{"name", "pi"}}))) ==
        Status::missing_parameter);
}

TEST_CASE("parameters of the wrong type are told as such") {
  const std::pair<int, Value> rows[] = {
      {1, "text"},
      {2, "ssh:"},
      {2, Value::Map{{"id", Bytes{1}}}},
      {2, Value::Map{{"id", "ssh:"}, {"name", 1}}},
      {3, Value::Array{}},
      {3, Value::Map{{"id", "pi"}}},
      {3, Value::Map{{"id", Bytes{1}}, {"name", Bytes{1}}}},
      {3, Value::Map{{"id", Bytes{1}}, {"displayName", true}}},
      {4, Value::Map{}},
      {4, Value::Array{kEs256}},
      {4, Value::Array{Value::Map{{"alg", "ES256"}, {"type", "public-key"}}}},
      {4, Value::Array{entry(kEs256), Value::Map{{"alg", kEdDsa}, {"type", 1}}}},
      {5, Value::Map{}},
      {5, Value::Array{Bytes{1}}},
      {5, Value::Array{Value::Map{{"id", "id"}, {"type", "public-key"}}}},
      {6, Value::Array{}},
      {6, Value::Map{{"credProtect", "3"}}},
      {7, Value::Array{}},
      {7, Value::Map{{"rk", 1}}},
      {7, Value::Map{{"up", "yes"}}},
      {7, Value::Map{{"uv", Bytes{}}}},
      {8, "text"},
      {9, "2"},
      {10, true},
  };
  for (const auto& [parameter, value] : rows) {
    CAPTURE(to_hex(value.encode()));
    CAPTURE(parameter);
    BareKey key("fido-2.1");
    CHECK(status_of(key.make(credential_request(parameter, value))) ==
          Status::cbor_unexpected_type);
    CHECK_FALSE(key.asked);
  }
  BareKey key("fido-2.1");
  auto env = key.environment();
  CHECK(status_of(key.finish(make_credential(env, Value(1), key.now))) ==
        Status::cbor_unexpected_type);
}

TEST_CASE("entries of lists without their members are damage") {
  const std::pair<int, Value> rows[] = {
      {4, Value::Array{Value::Map{{"alg", kEs256}}}},
      {4, Value::Array{Value::Map{{"type", "public-key"}}}},
      {4, Value::Array{entry(kEs256), Value::Map{}}},
      {5, Value::Array{Value::Map{{"id", Bytes{1}}}}},
      {5, Value::Array{Value::Map{{"type", "public-key"}}}},
  };
  for (const auto& [parameter, value] : rows) {
    CAPTURE(to_hex(value.encode()));
    BareKey key("fido-2.1");
    CHECK(status_of(key.make(credential_request(parameter, value))) == Status::invalid_cbor);
  }
}

TEST_CASE("a hash is 32 bytes, and a user's identifier at most 64") {
  BareKey key("fido-2.1");
  for (const auto size : {0U, 31U, 33U}) {
    CAPTURE(size);
    CHECK(status_of(key.make(credential_request(1, Bytes(size)))) == Status::invalid_length);
  }
  CHECK(status_of(key.make(credential_request(3, Value::Map{{"id", Bytes(65)}}))) ==
        Status::invalid_length);
  CHECK(status_of(key.make(credential_request(3, Value::Map{{"id", Bytes(64)}}))) == Status::ok);
}

TEST_CASE("the first algorithm that the key has is taken, in the caller's order") {
  BareKey key("fido-2.1");
  const auto chosen = [&](const Value::Array& algorithms) {
    return data_of(key.make(credential_request(4, algorithms))).key->find(3)->number();
  };
  CHECK(chosen({entry(-257), entry(kEdDsa), entry(kEs256)}) == kEdDsa);
  CHECK(chosen({entry(kEs256), entry(kEdDsa)}) == kEs256);
  CHECK(chosen({entry(kEdDsa, "password"), entry(kEs256)}) == kEs256);
}

TEST_CASE("a key that has none of the algorithms says so at once") {
  const auto ed25519 = credential_request(4, Value::Array{entry(kEdDsa)});
  auto lying = find_model("fido-2.1").value();
  lying.misbehaviour.claims_ed25519 = true;
  for (const auto& model : {find_model("no-ed25519").value(), lying}) {
    BareKey key(model);
    CHECK(status_of(key.make(ed25519)) == Status::unsupported_algorithm);
    CHECK_FALSE(key.asked);
  }
  BareKey key("fido-2.1");
  for (const auto& algorithms :
       {Value::Array{}, Value::Array{entry(-257)}, Value::Array{entry(kEs256, "password")}}) {
    CHECK(status_of(key.make(credential_request(4, algorithms))) == Status::unsupported_algorithm);
  }
}

TEST_CASE("options that cannot be had are refused, those of other names passed over") {
  BareKey key("fido-2.1");
  CHECK(status_of(key.make(credential_request(7, options("up", true)))) == Status::ok);
  CHECK(status_of(key.make(credential_request(7, options("up", false)))) == Status::invalid_option);
  CHECK(status_of(key.make(credential_request(7, options("uv", false)))) == Status::ok);
  CHECK(status_of(key.make(credential_request(7, options("uv", true)))) == Status::invalid_option);
  CHECK(status_of(key.make(credential_request(7, options("plat", true)))) == Status::ok);
  CHECK(status_of(key.make(credential_request(7, Value::Map{{"xx", 1}}))) == Status::ok);

  BareKey older("fido-2.0");
  CHECK(status_of(older.make(credential_request(7, options("uv", true)))) ==
        Status::unsupported_option);
  auto model = key.model;
  model.resident_keys = false;
  BareKey forgetful(model);
  CHECK(status_of(forgetful.make(resident_request("pi"))) == Status::unsupported_option);
}

TEST_CASE("no model attests for an enterprise") {
  BareKey key("fido-2.1");
  CHECK(status_of(key.make(credential_request(10, 1))) == Status::invalid_parameter);
}

TEST_CASE("a pinUvAuthParam of no length lets a person choose a key by touch") {
  const auto request = with(credential_request(8, Bytes{}), 9, 1);
  for (const auto* name : {"fido-2.1", "fido-2.0"}) {
    BareKey key(name);
    CHECK(status_of(key.make(request)) == Status::pin_not_set);
    CHECK(key.asked);
    CHECK(status_of(key.make(request, Reply::no)) == Status::operation_denied);
    key.set_pin();
    CHECK(status_of(key.make(request)) == Status::pin_invalid);
    CHECK(status_of(key.make(credential_request(8, Bytes{}))) == Status::pin_invalid);
    CHECK(key.state.signature_counter == 0);
  }
  BareKey without("fido-2.0-no-pin");
  CHECK(status_of(without.make(request)) == Status::pin_auth_invalid);
}

TEST_CASE("an excluded credential that the key holds costs a touch, and no more is said") {
  BareKey key("fido-2.1");
  const auto wrapped = id_of(key.make(credential_request()));
  const auto resident = id_of(key.make(resident_request("pi")));
  for (const auto& id : {wrapped, resident}) {
    const auto request = credential_request(5, descriptors({Bytes(64, 1), id}));
    for (const auto reply : {Reply::yes, Reply::no}) {
      CHECK(status_of(key.make(request, reply)) == Status::credential_excluded);
      REQUIRE(key.asked);
      CHECK(key.asked->gesture == Gesture::touch);
    }
  }
  CHECK(key.state.signature_counter == 2);
}

TEST_CASE("other keys' credentials, other relying parties' and other types exclude nothing") {
  BareKey key("fido-2.1");
  const auto id = id_of(key.make(credential_request()));
  const auto excluding = descriptors({id});
  const auto elsewhere = with(credential_request(5, excluding), 2, Value::Map{{"id", "ssh:b"}});
  CHECK(status_of(key.make(elsewhere)) == Status::ok);
  CHECK(status_of(key.make(credential_request(5, descriptors({Bytes(70, 9)})))) == Status::ok);
  const Value password = Value::Array{Value::Map{{"id", id}, {"type", "password"}}};
  CHECK(status_of(key.make(credential_request(5, password))) == Status::ok);

  BareKey another("fido-2.1");
  another.state.wrapping_key.fill(1);
  CHECK(status_of(another.make(credential_request(5, excluding))) == Status::ok);
}

TEST_CASE("lists end where getInfo says") {
  BareKey key("fido-2.1");
  const std::vector<Bytes> ids(key.model.max_credentials_in_list, Bytes(32, 1));
  CHECK(status_of(key.make(credential_request(5, descriptors(ids)))) == Status::ok);
  auto more = ids;
  more.emplace_back(32, 1);
  CHECK(status_of(key.make(credential_request(5, descriptors(more)))) == Status::limit_exceeded);
}

TEST_CASE("a credential without randomness is not made") {
  BareKey key("fido-2.1");
  latchkey::test::ScriptedRandom nothing{{}};
  Environment env{key.model, key.state, key.session, key.history, nothing};
  CHECK(status_of(key.finish(make_credential(env, credential_request(), key.now))) ==
        Status::other);
}
