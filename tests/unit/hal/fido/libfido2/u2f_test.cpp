// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include "tests/unit/hal/fido/libfido2/attestation_chain.hpp"
#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

// libfido2 asks a U2F key again after 100 ms of its own sleep, also when the answer was yes.

using namespace latchkey;
using namespace latchkey::fido::sim;
using test::Bench;
using test::get;
using test::make;
using test::model;

TEST_CASE("A key registers and signs by U2F, of its own or forced to") {
  for (const char* name : {"u2f-only", "fido-2.1"}) {
    CAPTURE(name);
    Bench bench(model(name));
    const auto device = bench.open();
    fido_dev_force_u2f(device.get());
    const auto made = make(device.get());
    REQUIRE(made.error == FIDO_OK);
    CHECK(std::string(fido_cred_fmt(made.cred.get())) == "fido-u2f");
    CHECK(fido_cred_verify(made.cred.get()) == FIDO_OK);
    CHECK(test::chain_error(made.cred.get(), bench) == "ok");
    CHECK(bench.history().touches_given == 1);

    const auto got = get(device.get(), {.allow = {made.id()}});
    REQUIRE(got.error == FIDO_OK);
    CHECK(got.flags() == test::kPresent);
    CHECK(got.verified(made.cred.get()) == FIDO_OK);
    CHECK(fido_assert_sigcount(got.assertion.get(), 0) > 0);
    CHECK(bench.history().touches_given == 2);
    CHECK(bench.history().pin_tries == 0);
  }
}

TEST_CASE("A U2F key knows its own credentials without a touch") {
  Bench bench(model("u2f-only"));
  const auto device = bench.open();
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  bench.requests.clear();
  CHECK(get(device.get(), {.allow = {made.id()}, .up = FIDO_OPT_FALSE}).error ==
        FIDO_ERR_USER_PRESENCE_REQUIRED);
  auto stranger = made.id();
  stranger[7] ^= 1U;
  CHECK(get(device.get(), {.allow = {stranger}}).error == FIDO_ERR_NO_CREDENTIALS);
  CHECK(get(device.get(), {.rp = "ssh:x", .allow = {made.id()}}).error == FIDO_ERR_NO_CREDENTIALS);
  CHECK(bench.requests.empty());
}

TEST_CASE("What was made by CTAP2 signs by U2F, and the other way round") {
  Bench bench;
  const auto ctap2 = bench.open();
  const auto u2f = bench.open();
  fido_dev_force_u2f(u2f.get());
  const auto by_ctap2 = make(ctap2.get());
  const auto by_u2f = make(u2f.get());
  REQUIRE(by_ctap2.error == FIDO_OK);
  REQUIRE(by_u2f.error == FIDO_OK);
  const auto crossed = get(u2f.get(), {.allow = {by_ctap2.id()}});
  REQUIRE(crossed.error == FIDO_OK);
  CHECK(crossed.verified(by_ctap2.cred.get()) == FIDO_OK);
  const auto back = get(ctap2.get(), {.allow = {by_u2f.id()}});
  REQUIRE(back.error == FIDO_OK);
  CHECK(back.verified(by_u2f.cred.get()) == FIDO_OK);
}

TEST_CASE("U2F works with a PIN set and asks for none") {
  Bench bench;
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
  fido_dev_force_u2f(device.get());
  const auto made = make(device.get());
  CHECK(made.error == FIDO_OK);
  CHECK(bench.history().pin_tries == 0);
  // libfido2 itself refuses what U2F cannot do.
  CHECK(make(device.get(), {.pin = "1234"}).error == FIDO_ERR_UNSUPPORTED_OPTION);
  CHECK(make(device.get(), {.resident = true}).error == FIDO_ERR_UNSUPPORTED_OPTION);
}

TEST_CASE("A key that always verifies does nothing by U2F") {
  Bench bench(model("fido-2.1-always-uv"));
  const auto device = bench.open();
  fido_dev_force_u2f(device.get());
  CHECK(make(device.get()).error != FIDO_OK);
  CHECK(bench.history().signatures == 0);
}

TEST_CASE("A U2F key that nobody touches is asked until libfido2 has enough") {
  Bench bench(model("u2f-only"));
  const auto device = bench.open(Millis(150));
  bench.reply = Reply::never;
  CHECK(make(device.get()).error == FIDO_ERR_RX);
  CHECK(bench.history().touches_given == 0);
  CHECK(bench.history().signatures == 0);
}

TEST_CASE("A key without U2F refuses it") {
  auto modern = model();
  modern.u2f = false;
  Bench bench(modern);
  const auto device = bench.open();
  fido_dev_force_u2f(device.get());
  CHECK(make(device.get()).error != FIDO_OK);
  CHECK(bench.requests.empty());
}
