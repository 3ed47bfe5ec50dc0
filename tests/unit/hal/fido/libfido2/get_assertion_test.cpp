// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using test::Bench;
using test::get;
using test::kPresent;
using test::kVerified;
using test::make;
using test::model;

TEST_CASE("An assertion of either kind passes fido_assert_verify, and the counter goes up") {
  for (const int algorithm : {COSE_ES256, COSE_EDDSA}) {
    for (const bool resident : {false, true}) {
      CAPTURE(algorithm);
      CAPTURE(resident);
      Bench bench;
      const auto device = bench.open();
      const auto made = make(device.get(), {.algorithm = algorithm, .resident = resident});
      REQUIRE(made.error == FIDO_OK);
      const auto first = get(device.get(), {.allow = {made.id()}});
      REQUIRE(first.error == FIDO_OK);
      REQUIRE(first.count() == 1);
      CHECK(first.verified(made.cred.get()) == FIDO_OK);
      CHECK(first.flags() == kPresent);
      const auto second = get(device.get(), {.allow = {made.id()}});
      REQUIRE(second.error == FIDO_OK);
      CHECK(fido_assert_sigcount(second.assertion.get(), 0) >
            fido_assert_sigcount(first.assertion.get(), 0));
      const auto stranger = make(device.get(), {.algorithm = algorithm});
      CHECK(second.verified(stranger.cred.get()) == FIDO_ERR_INVALID_SIG);
      CHECK(bench.history().touches_given == 4);
    }
  }
}

TEST_CASE("A credential is for its relying party and its key alone") {
  Bench bench;
  Bench other;
  const auto device = bench.open();
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  CHECK(get(device.get(), {.rp = "ssh:x", .allow = {made.id()}}).error == FIDO_ERR_NO_CREDENTIALS);
  auto flipped = made.id();
  flipped.front() ^= 0x80U;
  CHECK(get(device.get(), {.allow = {flipped}}).error == FIDO_ERR_NO_CREDENTIALS);
  CHECK(get(device.get(), {.allow = {flipped, made.id()}}).error == FIDO_OK);
  other.state().wrapping_key[0] ^= 1U;
  const auto second = other.open();
  CHECK(get(second.get(), {.allow = {made.id()}}).error == FIDO_ERR_NO_CREDENTIALS);
}

TEST_CASE("A silent assertion asks nobody and says that nobody was there") {
  Bench bench;
  const auto device = bench.open();
  const auto made = make(device.get());
  bench.requests.clear();
  bench.reply = Reply::never;
  const auto silent = get(device.get(), {.allow = {made.id()}, .up = FIDO_OPT_FALSE});
  REQUIRE(silent.error == FIDO_OK);
  CHECK(silent.flags() == 0);
  CHECK(silent.verified(made.cred.get()) == FIDO_OK);
  CHECK(bench.requests.empty());
}

TEST_CASE("Several resident credentials come newest first") {
  Bench bench;
  const auto device = bench.open();
  const auto a = make(device.get(), {.algorithm = COSE_EDDSA, .user = "a", .resident = true});
  const auto b = make(device.get(), {.user = "b", .resident = true});
  const auto c = make(device.get(), {.rp = "ssh:c", .user = "c", .resident = true});
  bench.requests.clear();
  const auto all = get(device.get(), {});
  REQUIRE(all.error == FIDO_OK);
  REQUIRE(all.count() == 2);
  CHECK(all.user(0) == "b");
  CHECK(all.user(1) == "a");
  CHECK(all.verified(b.cred.get(), 0) == FIDO_OK);
  CHECK(all.verified(a.cred.get(), 1) == FIDO_OK);
  CHECK(all.verified(a.cred.get(), 0) != FIDO_OK);
  CHECK(bench.requests.size() == 1);
  const auto one = get(device.get(), {.rp = "ssh:c"});
  REQUIRE(one.error == FIDO_OK);
  CHECK(one.count() == 1);
  CHECK(get(device.get(), {.rp = "ssh:d"}).error == FIDO_ERR_NO_CREDENTIALS);
}

TEST_CASE("A protected credential shows itself as its level says") {
  Bench bench;
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
  const auto listed = make(device.get(), {.rp = "ssh:2",
                                          .resident = true,
                                          .protection = FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID,
                                          .pin = "1234"});
  const auto hidden = make(
      device.get(),
      {.rp = "ssh:3", .resident = true, .protection = FIDO_CRED_PROT_UV_REQUIRED, .pin = "1234"});
  REQUIRE(listed.error == FIDO_OK);
  REQUIRE(hidden.error == FIDO_OK);
  CHECK(get(device.get(), {.rp = "ssh:2"}).error == FIDO_ERR_NO_CREDENTIALS);
  CHECK(get(device.get(), {.rp = "ssh:2", .allow = {listed.id()}}).error == FIDO_OK);
  CHECK(get(device.get(), {.rp = "ssh:2", .pin = "1234"}).error == FIDO_OK);
  CHECK(get(device.get(), {.rp = "ssh:3"}).error == FIDO_ERR_NO_CREDENTIALS);
  CHECK(get(device.get(), {.rp = "ssh:3", .allow = {hidden.id()}}).error ==
        FIDO_ERR_NO_CREDENTIALS);
  const auto shown = get(device.get(), {.rp = "ssh:3", .allow = {hidden.id()}, .pin = "1234"});
  CHECK(shown.error == FIDO_OK);
  CHECK(shown.flags() == (kPresent | kVerified));
  CHECK(shown.verified(hidden.cred.get()) == FIDO_OK);
}

TEST_CASE("A key that always verifies wants the PIN for what wants a touch") {
  Bench bench(model("fido-2.1-always-uv"));
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
  CHECK(make(device.get()).error == FIDO_ERR_PIN_REQUIRED);
  const auto made = make(device.get(), {.pin = "1234"});
  REQUIRE(made.error == FIDO_OK);
  CHECK((fido_cred_flags(made.cred.get()) & kVerified) != 0);
  CHECK(get(device.get(), {.allow = {made.id()}}).error == FIDO_ERR_PIN_REQUIRED);
  const auto verified = get(device.get(), {.allow = {made.id()}, .pin = "1234"});
  REQUIRE(verified.error == FIDO_OK);
  CHECK(verified.flags() == (kPresent | kVerified));
  CHECK(get(device.get(), {.allow = {made.id()}, .up = FIDO_OPT_FALSE}).error == FIDO_OK);
  CHECK(bench.history().pin_tries == 2);
}

TEST_CASE("A key with a fingerprint reader verifies without a PIN") {
  Bench bench(model("fido-2.1-built-in-uv"));
  const auto device = bench.open();
  const auto made = make(device.get(), {.uv = FIDO_OPT_TRUE});
  REQUIRE(made.error == FIDO_OK);
  CHECK((fido_cred_flags(made.cred.get()) & kVerified) != 0);
  REQUIRE_FALSE(bench.requests.empty());
  CHECK(bench.requests[0].gesture == Gesture::verification);
  const auto got = get(device.get(), {.allow = {made.id()}, .uv = FIDO_OPT_TRUE});
  REQUIRE(got.error == FIDO_OK);
  CHECK(got.flags() == (kPresent | kVerified));
  CHECK(got.verified(made.cred.get()) == FIDO_OK);
  CHECK(bench.history().verifications_given == 2);
  CHECK(bench.history().pin_tries == 0);
}

TEST_CASE("A wrong finger is an error, five of them block the reader") {
  Bench bench(model("fido-2.1-built-in-uv"));
  const auto device = bench.open();
  bench.reply = Reply::no;
  for (int left = kVerificationTries; left > 0; --left) {
    CAPTURE(left);
    CHECK(make(device.get(), {.uv = FIDO_OPT_TRUE}).error != FIDO_OK);
    CHECK(bench.state().verification_tries == left - 1);
  }
  bench.reply = Reply::yes;
  CHECK(make(device.get(), {.uv = FIDO_OPT_TRUE}).error == FIDO_ERR_UV_BLOCKED);
}

TEST_CASE("Verification is refused where there is neither a PIN nor a reader") {
  Bench bench(model("fido-2.0-no-pin"));
  const auto device = bench.open();
  CHECK(make(device.get(), {.uv = FIDO_OPT_TRUE}).error == FIDO_ERR_UNSUPPORTED_OPTION);
  CHECK(make(device.get(), {.pin = "1234"}).error != FIDO_OK);
  CHECK(bench.requests.empty());
}
