// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using test::Bench;
using test::get;
using test::make;
using test::model;

namespace {

constexpr const char* kPin = "1234";

/// What one attempt came to, on a key that vanishes after `reports`.
int attempt_make(Bench& bench, const char* pin) {
  const auto opened = bench.try_open();
  if (opened.error != FIDO_OK) return opened.error;
  return make(opened.device.get(), {.resident = true, .pin = pin}).error;
}

int attempt_get(Bench& bench, const Bytes& id, const char* pin) {
  const auto opened = bench.try_open();
  if (opened.error != FIDO_OK) return opened.error;
  return get(opened.device.get(), {.allow = {id}, .pin = pin}).error;
}

/// How libfido2 puts it that nobody answers; INTERNAL: while it agreed on a key for the PIN.
bool is_loss(int error) {
  return error == FIDO_ERR_RX || error == FIDO_ERR_TX || error == FIDO_ERR_INTERNAL;
}

constexpr unsigned kEnough = 200;  ///< reports: more than any attempt takes

}  // namespace

TEST_CASE("A key that vanishes while it makes a credential has made it or has not") {
  for (const char* pin : {static_cast<const char*>(nullptr), kPin}) {
    CAPTURE((pin != nullptr));
    fido_init(FIDO_DISABLE_U2F_FALLBACK);
    unsigned step = 0;
    for (; step < kEnough; ++step) {
      CAPTURE(step);
      Bench bench;
      if (pin != nullptr) REQUIRE(fido_dev_set_pin(bench.open().get(), pin, nullptr) == FIDO_OK);
      auto fleeting = model();
      fleeting.misbehaviour.disappears_at = step;
      bench.plug_as(fleeting);
      const int error = attempt_make(bench, pin);
      CHECK(bench.state().credentials.size() <= 1);
      CHECK(bench.history().wrong_pins == 0);
      if (pin == nullptr) CHECK(bench.history().pin_tries == 0);
      if (error == FIDO_OK) break;
      CHECK(is_loss(error));
      // Plugged in again, it is as good as before.
      bench.plug_as(model());
      const auto device = bench.open();
      CHECK(make(device.get(), {.resident = true, .pin = pin}).error == FIDO_OK);
      CHECK(bench.state().credentials.size() == 1);
    }
    CHECK(step > 4);
    CHECK(step < kEnough);
  }
  fido_init(0);
}

TEST_CASE("A key that vanishes while it signs has signed or has not") {
  Bench bench;
  test::MadeCredential made;
  {
    const auto device = bench.open();
    REQUIRE(fido_dev_set_pin(device.get(), kPin, nullptr) == FIDO_OK);
    made = make(device.get(), {.pin = kPin});
    REQUIRE(made.error == FIDO_OK);
  }
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  for (const char* pin : {static_cast<const char*>(nullptr), kPin}) {
    CAPTURE((pin != nullptr));
    unsigned step = 0;
    std::uint32_t counter = bench.state().signature_counter;
    for (; step < kEnough; ++step) {
      CAPTURE(step);
      auto fleeting = model();
      fleeting.misbehaviour.disappears_at = step;
      bench.plug_as(fleeting);
      const int error = attempt_get(bench, made.id(), pin);
      CHECK(bench.history().signatures <= 1);
      CHECK(bench.history().wrong_pins == 0);
      CHECK(bench.state().pin_tries == kPinTries);
      CHECK(bench.state().signature_counter >= counter);
      counter = bench.state().signature_counter;
      if (error == FIDO_OK) break;
      CHECK(is_loss(error));
    }
    CHECK(step > 4);
    CHECK(step < kEnough);
  }
  fido_init(0);
}
