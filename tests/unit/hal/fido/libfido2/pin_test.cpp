// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using test::Bench;
using test::get;
using test::make;
using test::model;

namespace {

int tries_left(fido_dev_t* device) {
  int tries = -1;
  REQUIRE(fido_dev_get_retry_count(device, &tries) == FIDO_OK);
  return tries;
}

Model with_protocols(std::vector<int> protocols) {
  auto made = model();
  made.pin_protocols = std::move(protocols);
  return made;
}

}  // namespace

TEST_CASE("A PIN is set, used and changed with either protocol") {
  for (const int protocol : {1, 2}) {
    CAPTURE(protocol);
    Bench bench(with_protocols({protocol}));
    const auto device = bench.open();
    CHECK(make(device.get(), {.pin = "1234"}).error == FIDO_ERR_PIN_NOT_SET);
    REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
    CHECK(tries_left(device.get()) == 8);

    const auto made = make(device.get(), {.pin = "1234"});
    REQUIRE(made.error == FIDO_OK);
    CHECK((fido_cred_flags(made.cred.get()) & test::kVerified) != 0);
    CHECK(made.verified() == FIDO_OK);
    const auto got = get(device.get(), {.allow = {made.id()}, .pin = "1234"});
    REQUIRE(got.error == FIDO_OK);
    CHECK(got.flags() == (test::kPresent | test::kVerified));

    REQUIRE(fido_dev_set_pin(device.get(), "nine lives", "1234") == FIDO_OK);
    CHECK(make(device.get(), {.pin = "1234"}).error == FIDO_ERR_PIN_INVALID);
    CHECK(make(device.get(), {.pin = "nine lives"}).error == FIDO_OK);
  }
}

TEST_CASE("A PIN cannot be set twice, nor changed without the old one") {
  Bench bench;
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
  CHECK(fido_dev_set_pin(device.get(), "5678", nullptr) != FIDO_OK);
  CHECK(fido_dev_set_pin(device.get(), "5678", "4321") == FIDO_ERR_PIN_INVALID);
  CHECK(make(device.get(), {.pin = "1234"}).error == FIDO_OK);
}

TEST_CASE("A PIN has at least four characters and at most 63 bytes") {
  for (const int protocol : {1, 2}) {
    CAPTURE(protocol);
    Bench bench(with_protocols({protocol}));
    const auto device = bench.open();
    CHECK(fido_dev_set_pin(device.get(), "123", nullptr) == FIDO_ERR_PIN_POLICY_VIOLATION);
    // Three characters of two bytes each.
    CHECK(fido_dev_set_pin(device.get(), "äöü", nullptr) == FIDO_ERR_PIN_POLICY_VIOLATION);
    CHECK(fido_dev_set_pin(device.get(), std::string(64, '1').c_str(), nullptr) != FIDO_OK);
    CHECK_FALSE(bench.state().pin_hash.has_value());
    CHECK(fido_dev_set_pin(device.get(), std::string(63, '1').c_str(), nullptr) == FIDO_OK);
  }
}

TEST_CASE("Wrong PINs count down, a right one counts up again") {
  for (const int protocol : {1, 2}) {
    CAPTURE(protocol);
    Bench bench(with_protocols({protocol}));
    const auto device = bench.open();
    REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
    CHECK(make(device.get(), {.pin = "0000"}).error == FIDO_ERR_PIN_INVALID);
    CHECK(make(device.get(), {.pin = "0000"}).error == FIDO_ERR_PIN_INVALID);
    CHECK(tries_left(device.get()) == 6);
    CHECK(make(device.get(), {.pin = "1234"}).error == FIDO_OK);
    CHECK(tries_left(device.get()) == 8);
    CHECK(bench.history().pin_tries == 3);
    CHECK(bench.history().wrong_pins == 2);
    CHECK(bench.history().touches_asked == 1);
  }
}

TEST_CASE("Three wrong PINs lock the key until it is plugged in again, eight for good") {
  for (const int protocol : {1, 2}) {
    CAPTURE(protocol);
    Bench bench(with_protocols({protocol}));
    REQUIRE(fido_dev_set_pin(bench.open().get(), "1234", nullptr) == FIDO_OK);
    for (int left = 8; left > 0;) {
      bench.unplug();
      bench.plug();
      const auto device = bench.open();
      for (int wrong = 1; wrong <= 3 && left > 0; ++wrong) {
        --left;
        CAPTURE(left);
        CHECK(make(device.get(), {.pin = "0000"}).error == (left == 0    ? FIDO_ERR_PIN_BLOCKED
                                                            : wrong == 3 ? FIDO_ERR_PIN_AUTH_BLOCKED
                                                                         : FIDO_ERR_PIN_INVALID));
        CHECK(tries_left(device.get()) == left);
      }
      const int locked = left > 0 ? FIDO_ERR_PIN_AUTH_BLOCKED : FIDO_ERR_PIN_BLOCKED;
      CHECK(make(device.get(), {.pin = "1234"}).error == locked);
      CHECK(tries_left(device.get()) == left);
    }
    bench.unplug();
    bench.plug();
    CHECK(make(bench.open().get(), {.pin = "1234"}).error == FIDO_ERR_PIN_BLOCKED);
    CHECK(fido_dev_set_pin(bench.open().get(), "5678", "1234") == FIDO_ERR_PIN_BLOCKED);
  }
}

TEST_CASE("A PIN that nobody gave is never tried") {
  for (const auto& made : models()) {
    CAPTURE(made.name);
    if (!made.fido_2_0) continue;
    Bench bench(made);
    const auto device = bench.open();
    if (made.client_pin) REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
    const auto credential = make(device.get());
    if (credential.error == FIDO_OK) get(device.get(), {.allow = {credential.id()}});
    make(device.get(), {.resident = true});
    make(device.get(), {.uv = FIDO_OPT_TRUE});
    CHECK(bench.history().pin_tries == 0);
    CHECK(bench.state().pin_tries == kPinTries);
  }
}

TEST_CASE("A key with a PIN still makes and uses plain credentials by touch alone") {
  Bench bench;
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  CHECK((fido_cred_flags(made.cred.get()) & test::kVerified) == 0);
  CHECK(get(device.get(), {.allow = {made.id()}}).error == FIDO_OK);
  CHECK(make(device.get(), {.resident = true}).error == FIDO_ERR_PIN_REQUIRED);
}

TEST_CASE("A key of the first CTAP2 with a PIN makes no credential without it") {
  Bench bench(model("fido-2.0"));
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
  CHECK(make(device.get()).error == FIDO_ERR_PIN_REQUIRED);
  const auto made = make(device.get(), {.pin = "1234"});
  REQUIRE(made.error == FIDO_OK);
  CHECK(get(device.get(), {.allow = {made.id()}}).error == FIDO_OK);
  CHECK(bench.history().pin_tries == 1);
}
