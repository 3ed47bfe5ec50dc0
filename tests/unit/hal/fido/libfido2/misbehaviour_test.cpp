// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "hal/fido/sim/libfido2/in_process.hpp"
#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::Bench;
using test::get;
using test::make;
using test::model;

namespace {

/// A key in order, with a PIN and a credential; then misbehaving.
struct Spoilt {
  explicit Spoilt(const std::function<void(Misbehaviour&)>& spoil) {
    {
      const auto device = bench.open();
      REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
      made = make(device.get());
      REQUIRE(made.error == FIDO_OK);
    }
    auto spoilt = model();
    spoil(spoilt.misbehaviour);
    bench.plug_as(spoilt);
  }

  Bench bench;
  test::MadeCredential made;
};

struct WireCase {
  std::string name;
  std::function<void(Misbehaviour&)> spoil;
};

std::vector<WireCase> wire_cases() {
  return {
      {"endless_keepalive", [](Misbehaviour& m) { m.endless_keepalive = true; }},
      {"too_short", [](Misbehaviour& m) { m.announced = Misbehaviour::Length::too_short; }},
      {"too_long", [](Misbehaviour& m) { m.announced = Misbehaviour::Length::too_long; }},
      {"bad_cbor", [](Misbehaviour& m) { m.bad_cbor = true; }},
      {"wrong_channel", [](Misbehaviour& m) { m.wrong_channel = true; }},
  };
}

/// libfido2 would try U2F where getInfo fails.
class NoFallback final {
 public:
  NoFallback() { fido_init(FIDO_DISABLE_U2F_FALLBACK); }
  ~NoFallback() { fido_init(0); }
  NoFallback(const NoFallback&) = delete;
  NoFallback& operator=(const NoFallback&) = delete;
  NoFallback(NoFallback&&) = delete;
  NoFallback& operator=(NoFallback&&) = delete;
};

}  // namespace

TEST_CASE("A key that sends garbage from the first does not open, and costs no PIN try") {
  const NoFallback no_fallback;
  for (const auto& wire : wire_cases()) {
    CAPTURE(wire.name);
    Spoilt key([&](Misbehaviour& m) {
      wire.spoil(m);
      m.spares_get_info = false;
    });
    const Instant before = key.bench.now();
    CHECK(key.bench.try_open(Millis(30'000)).error != FIDO_OK);
    CHECK(key.bench.now() - before <= Millis(30'100));
    CHECK(key.bench.history().pin_tries == 0);
    CHECK(key.bench.state().pin_tries == kPinTries);
  }
}

TEST_CASE("Garbage after a good start is an error of each command, never a hang") {
  for (const auto& wire : wire_cases()) {
    CAPTURE(wire.name);
    Spoilt key(wire.spoil);
    const auto device = key.bench.open(Millis(5'000));
    const Instant before = key.bench.now();
    CHECK(make(device.get()).error != FIDO_OK);
    CHECK(make(device.get(), {.resident = true, .uv = FIDO_OPT_TRUE}).error != FIDO_OK);
    CHECK(get(device.get(), {.allow = {key.made.id()}}).error != FIDO_OK);
    CHECK(get(device.get(), {.allow = {key.made.id()}, .up = FIDO_OPT_FALSE}).error != FIDO_OK);
    int tries = 0;
    CHECK(fido_dev_get_retry_count(device.get(), &tries) != FIDO_OK);
    CHECK(fido_dev_set_pin(device.get(), "5678", nullptr) != FIDO_OK);
    const FidoStoreMetadata metadata(fido_credman_metadata_new());
    CHECK(fido_credman_get_dev_metadata(device.get(), metadata.get(), nullptr) != FIDO_OK);
    CHECK(key.bench.now() - before <= Millis(7 * 5'100));
    CHECK(key.bench.history().pin_tries == 0);
    CHECK(key.bench.state().pin_tries == kPinTries);
  }
}

TEST_CASE("Endless keep-alives end after an hour where libfido2 would wait for ever") {
  Spoilt key([](Misbehaviour& m) { m.endless_keepalive = true; });
  const auto device = key.bench.open();
  const Instant before = key.bench.now();
  CHECK(make(device.get()).error == FIDO_ERR_RX);
  CHECK(key.bench.now() - before >= kForEver);
  CHECK(key.bench.now() - before <= kForEver + Millis(100));
}

TEST_CASE("A wrong signature fails to verify") {
  Spoilt key([](Misbehaviour& m) { m.wrong_signature = true; });
  const auto device = key.bench.open();
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  CHECK(made.verified() == FIDO_ERR_INVALID_SIG);
  const auto got = get(device.get(), {.allow = {key.made.id()}});
  REQUIRE(got.error == FIDO_OK);
  CHECK(got.verified(key.made.cred.get()) == FIDO_ERR_INVALID_SIG);
}

TEST_CASE("Authenticator data of another relying party fail to verify") {
  Spoilt key([](Misbehaviour& m) { m.wrong_rp = true; });
  const auto device = key.bench.open();
  const auto made = make(device.get());
  REQUIRE(made.error == FIDO_OK);
  CHECK(made.verified() == FIDO_ERR_INVALID_PARAM);
  const auto got = get(device.get(), {.allow = {key.made.id()}});
  REQUIRE(got.error == FIDO_OK);
  CHECK(got.verified(key.made.cred.get()) == FIDO_ERR_INVALID_PARAM);
}

TEST_CASE("A key that promises Ed25519 and has none is found out") {
  auto liar = model("no-ed25519");
  liar.misbehaviour.claims_ed25519 = true;
  Bench bench(liar);
  const auto device = bench.open();
  const FidoInfo info(fido_cbor_info_new());
  REQUIRE(fido_dev_get_cbor_info(device.get(), info.get()) == FIDO_OK);
  CHECK(fido_cbor_info_algorithm_count(info.get()) == 2);
  CHECK(make(device.get(), {.algorithm = COSE_EDDSA}).error == FIDO_ERR_UNSUPPORTED_ALGORITHM);
}

TEST_CASE("A key that promises a store and has none is found out") {
  Bench bench;
  auto liar = model();
  liar.misbehaviour.claims_resident_keys = true;
  bench.plug_as(liar);
  const auto device = bench.open();
  CHECK(make(device.get(), {.resident = true}).error != FIDO_OK);
  CHECK(bench.state().credentials.empty());
  CHECK(make(device.get()).error == FIDO_OK);
}

TEST_CASE("A key that denies its PIN still insists on it") {
  Spoilt key([](Misbehaviour& m) { m.denies_pin = true; });
  const auto device = key.bench.open();
  CHECK_FALSE(fido_dev_has_pin(device.get()));
  CHECK(make(device.get(), {.resident = true}).error == FIDO_ERR_PIN_REQUIRED);
  CHECK(fido_dev_set_pin(device.get(), "5678", nullptr) != FIDO_OK);
  CHECK(key.bench.history().pin_tries == 0);
}
