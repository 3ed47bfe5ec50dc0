// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/token/scripted_keys.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::testing;
using fido::Trouble;

namespace {

const fido::PluggedKey kKey{"/dev/hidraw0", "Key"};

std::unique_ptr<fido::SecurityKey> opened(ScriptedKeys& keys) {
  auto key = keys.open(kKey, 5);
  REQUIRE(key.has_value());
  return std::move(*key);
}

}  // namespace

TEST_CASE("scripted keys write down what is asked of them, opening and closing included") {
  ScriptedKeys keys;
  const auto pin = fido::Pin::from("1234");
  REQUIRE(pin.has_value());
  {
    const auto key = opened(keys);
    CHECK(key->plugged() == kKey);
    CHECK(key->info().ctap2);
    fido::MakeRequest request;
    request.challenge = Bytes(32, 8);
    CHECK(key->make(request, nullptr).has_value());
    CHECK(keys.made().challenge == request.challenge);
    request.algorithm = fido::Algorithm::ecdsa_p256;
    request.as_u2f = true;
    CHECK(key->make(request, nullptr)->key.type() == ssh::KeyType::sk_ecdsa_p256);
    request = {};
    request.resident = request.verify = true;
    CHECK(key->make(request, &*pin)->key.type() == ssh::KeyType::sk_ed25519);
    CHECK(key->sign("ssh:x", Bytes{1}, Bytes{2}, true, &*pin)->signature.size() == 64);
    CHECK(keys.signed_handle() == Bytes{1});
    CHECK(keys.signed_message() == Bytes{2});
    CHECK(key->pin_tries().value() == 8);
    keys.residents = {resident("sam")};
    CHECK(key->residents(*pin)->front().user == "sam");
  }
  CHECK(keys.descriptor_of_last_open() == 5);
  CHECK(keys.calls() == std::vector<std::string>{
                            "open /dev/hidraw0", "make ed25519", "make ecdsa u2f",
                            "make ed25519 resident verify pin=1234", "sign ssh:x verify pin=1234",
                            "pin_tries", "residents pin=1234", "close"});
  CHECK(keys.count("make") == 3);
}

TEST_CASE(
    "troubles come in the order in which they were laid out, and then for ever if so wanted") {
  ScriptedKeys keys;
  const auto key = opened(keys);
  keys.troubles["make"] = {Trouble::timed_out, Trouble::declined};
  CHECK(key->make({}, nullptr).error().trouble == Trouble::timed_out);
  CHECK(key->pin_tries().has_value());
  CHECK(key->make({}, nullptr).error().trouble == Trouble::declined);
  CHECK(key->make({}, nullptr).has_value());
  keys.always["make"] = Trouble::nonsense;
  CHECK(key->make({}, nullptr).error().trouble == Trouble::nonsense);
  CHECK(key->make({}, nullptr).error().trouble == Trouble::nonsense);
  keys.troubles["open"] = {Trouble::busy};
  CHECK(keys.open(kKey, -1).error().trouble == Trouble::busy);
  keys.troubles["list"] = {Trouble::failed};
  CHECK(keys.list().error().trouble == Trouble::failed);
  CHECK(keys.list().value().empty());
}

TEST_CASE("something can happen while a scripted key blinks") {
  ScriptedKeys keys;
  const auto key = opened(keys);
  int happened = 0;
  keys.meanwhile = [&] { ++happened; };
  CHECK(key->make({}, nullptr).has_value());
  CHECK(key->sign("ssh:", {}, {}, false, nullptr).has_value());
  CHECK(happened == 2);
}

TEST_CASE("what the role does not need is not in the script") {
  ScriptedKeys keys;
  const auto key = opened(keys);
  CHECK(key->begin_touch().error().trouble == Trouble::not_supported);
  CHECK(key->touched(Millis{1}).error().trouble == Trouble::not_supported);
  CHECK(key->owns("ssh:", {}, nullptr).error().trouble == Trouble::not_supported);
  CHECK(key->remove_resident({}, *fido::Pin::from("1234")).error().trouble ==
        Trouble::not_supported);
}
