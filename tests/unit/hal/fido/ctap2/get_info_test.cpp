// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/ctap2/bare_key.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Value options_of(BareKey& key) { return *key.info().find(4); }

Value::Array texts(std::initializer_list<const char*> texts) {
  return {texts.begin(), texts.end()};
}

Value algorithms(std::initializer_list<int> numbers) {
  Value::Array list;
  for (const int number : numbers) {
    list.emplace_back(Value::Map{{"alg", number}, {"type", "public-key"}});
  }
  return list;
}

}  // namespace

TEST_CASE("a key of 2.1 tells all about itself") {
  BareKey key("fido-2.1");
  const auto expected = Value::Map{
      {0x01, texts({"U2F_V2", "FIDO_2_0", "FIDO_2_1_PRE", "FIDO_2_1"})},
      {0x02, texts({"credProtect"})},
      {0x03, ByteView(key.model.aaguid)},
      {0x04, Value::Map{{"rk", true},
                        {"up", true},
                        {"plat", false},
                        {"credMgmt", true},
                        {"clientPin", false},
                        {"pinUvAuthToken", true},
                        {"makeCredUvNotRqd", true},
                        {"credentialMgmtPreview", true}}},
      {0x05, 1200},
      {0x06, Value::Array{2, 1}},
      {0x07, 8},
      {0x08, 128},
      {0x09, texts({"usb"})},
      {0x0A, algorithms({kEs256, kEdDsa})},
      {0x0D, 4},
      {0x0E, 0x050403},
      {0x14, 25},
  };
  CHECK(key.info() == Value(expected));
}

TEST_CASE("a key of 2.0 tells what there was then") {
  BareKey key("fido-2.0");
  const auto expected = Value::Map{
      {0x01, texts({"U2F_V2", "FIDO_2_0"})},
      {0x03, ByteView(key.model.aaguid)},
      {0x04, Value::Map{{"rk", true}, {"up", true}, {"plat", false}, {"clientPin", false}}},
      {0x05, 1200},
      {0x06, Value::Array{1}},
  };
  CHECK(key.info() == Value(expected));

  BareKey without("fido-2.0-no-pin");
  CHECK(options_of(without).find("clientPin") == nullptr);
  CHECK(without.info().find(6) == nullptr);
}

TEST_CASE("a prototype of credential management is a version and an option of its own") {
  auto model = find_model("fido-2.0").value();
  model.credential_management = true;
  BareKey key(model);
  CHECK(*key.info().find(1) == Value(texts({"U2F_V2", "FIDO_2_0", "FIDO_2_1_PRE"})));
  CHECK(options_of(key).find("credentialMgmtPreview")->truth() == true);
  CHECK(options_of(key).find("credMgmt") == nullptr);
}

TEST_CASE("a PIN shows in the options, unless the key denies it") {
  BareKey key("fido-2.1");
  CHECK(options_of(key).find("clientPin")->truth() == false);
  key.set_pin();
  CHECK(options_of(key).find("clientPin")->truth() == true);
  key.model.misbehaviour.denies_pin = true;
  CHECK(options_of(key).find("clientPin")->truth() == false);
}

TEST_CASE("a key that always verifies says so, and does not speak U2F") {
  BareKey key("fido-2.1-always-uv");
  CHECK(options_of(key).find("alwaysUv")->truth() == true);
  CHECK(options_of(key).find("makeCredUvNotRqd")->truth() == false);
  CHECK(*key.info().find(1) == Value(texts({"FIDO_2_0", "FIDO_2_1_PRE", "FIDO_2_1"})));
  BareKey contradictory("fido-2.1");
  contradictory.model.always_uv = true;
  CHECK(options_of(contradictory).find("makeCredUvNotRqd")->truth() == false);
}

TEST_CASE("a reader for fingers is the option uv") {
  BareKey key("fido-2.1-built-in-uv");
  CHECK(options_of(key).find("uv")->truth() == true);
  CHECK(key.info().find(0x12)->number() == 2);
  BareKey without("fido-2.1");
  CHECK(options_of(without).find("uv") == nullptr);
  CHECK(without.info().find(0x12) == nullptr);
}

TEST_CASE("slots are told as they are used up") {
  BareKey key("fido-2.1");
  (void)key.make(resident_request("ada"));
  CHECK(key.info().find(0x14)->number() == 24);
  key.model.resident_slots = 0;
  CHECK(key.info().find(0x14)->number() == 0);
  BareKey full("full");
  CHECK(full.info().find(0x14)->number() == 0);
  CHECK(options_of(full).find("rk")->truth() == true);
}

TEST_CASE("algorithms are those that the key has, and one that it only claims") {
  BareKey modest("no-ed25519");
  CHECK(*modest.info().find(0x0A) == algorithms({kEs256}));
  modest.model.misbehaviour.claims_ed25519 = true;
  CHECK(*modest.info().find(0x0A) == algorithms({kEs256, kEdDsa}));
  BareKey old("fido-2.0");
  CHECK(old.info().find(0x0A) == nullptr);
  old.model.misbehaviour.claims_ed25519 = true;
  CHECK(*old.info().find(0x0A) == algorithms({kEs256, kEdDsa}));
}

TEST_CASE("a store that is not there can be claimed") {
  BareKey key("fido-2.1");
  key.model.resident_keys = false;
  CHECK(options_of(key).find("rk")->truth() == false);
  key.model.misbehaviour.claims_resident_keys = true;
  CHECK(options_of(key).find("rk")->truth() == true);
}
