// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/unit/hal/fido/key/key_bench.hpp"
#include "tests/unit/hal/fido/libfido2/scripted_peer.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyBench;
using test::kNone;
using test::model;
using test::pin;
using test::request;
using test::trouble;

namespace {

const ByteView kMessage = as_bytes("a message");

struct Spoil {
  std::string name;
  std::function<void(Misbehaviour&)> spoil;
};

std::vector<Spoil> wire() {
  return {
      {"too_short", [](Misbehaviour& m) { m.announced = Misbehaviour::Length::too_short; }},
      {"too_long", [](Misbehaviour& m) { m.announced = Misbehaviour::Length::too_long; }},
      {"bad_cbor", [](Misbehaviour& m) { m.bad_cbor = true; }},
      {"wrong_channel", [](Misbehaviour& m) { m.wrong_channel = true; }},
  };
}

/// A key with a PIN that has made a handle; then misbehaving.
struct Spoilt {
  explicit Spoilt(const std::function<void(Misbehaviour&)>& spoil) {
    bench.set_pin();
    handle = bench.open()->make(request(), nullptr)->handle;
    auto spoilt = model();
    spoil(spoilt.misbehaviour);
    bench.bench.plug_as(spoilt);
  }

  KeyBench bench;
  Bytes handle;
};

}  // namespace

TEST_CASE("A key that gives garbage from the first does not open, and is not tried with U2F") {
  for (const auto& each : wire()) {
    CAPTURE(each.name);
    Spoilt key([&](Misbehaviour& m) {
      each.spoil(m);
      m.spares_get_info = false;
    });
    const auto said = std::string(trouble(key.bench.try_open()));
    CAPTURE(said);
    CHECK((said == "nonsense" || said == "failed"));
    CHECK(key.bench.bench.history().events.size() <= 1);
  }
}

TEST_CASE("A key that speaks of a PIN before it is open does not open, and is asked nothing more") {
  for (const auto status : {std::uint8_t{0x31}, std::uint8_t{0x32}, std::uint8_t{0x34}}) {
    CAPTURE(static_cast<int>(status));
    const KeyBench surroundings;
    test::Script script;
    script.answers.push_back(test::ScriptedPeer::report(0x90, Bytes{status}));
    const auto opened =
        open_libfido2_key({"/dev/hidraw7", "a key"},
                          std::make_unique<test::ScriptedPeer>(script, test::ScriptedPeer::kCbor),
                          {surroundings.bench.clock(), -1, true, {}});
    CHECK(trouble(opened) != kNone);
    CHECK(script.written.size() == 2);  // INIT and getInfo
  }
}

TEST_CASE("Garbage after a good start is said to be, by every call, and costs no PIN try") {
  for (const auto& each : wire()) {
    CAPTURE(each.name);
    Spoilt spoilt(each.spoil);
    const auto key = spoilt.bench.open();
    const auto given = pin();
    const auto check = [](const auto& attempt) {
      const auto said = std::string(trouble(attempt));
      CAPTURE(said);
      // Silence, where what was announced does not come.
      CHECK((said == "nonsense" || said == "failed" || said == "timed-out"));
    };
    check(key->make(request(), nullptr));
    check(key->make(request(), &given));
    check(key->owns("ssh:", spoilt.handle, nullptr));
    check(key->sign("ssh:", spoilt.handle, kMessage, false, nullptr));
    check(key->sign("ssh:", spoilt.handle, kMessage, true, &given));
    check(key->residents(given));
    check(key->remove_resident(spoilt.handle, given));
    check(key->pin_tries());
    CHECK(spoilt.bench.bench.state().pin_tries == kPinTries);
  }
}

TEST_CASE("A key that claims Ed25519 and has none is found out, and makes the other kind") {
  auto liar = model("no-ed25519");
  liar.misbehaviour.claims_ed25519 = true;
  KeyBench bench(liar);
  const auto key = bench.open();
  CHECK(may_support(key->info(), Algorithm::ed25519));
  CHECK(trouble(key->make(request(), nullptr)) == "no-such-algorithm");
  CHECK(key->make(request(Algorithm::ecdsa_p256), nullptr).has_value());
}

TEST_CASE("A key that claims a store and has none is found out") {
  auto liar = model();
  liar.resident_keys = false;
  liar.resident_slots = 0;
  liar.misbehaviour.claims_resident_keys = true;
  KeyBench bench(liar);
  bench.set_pin();
  const auto key = bench.open();
  CHECK(key->info().resident_keys);
  const auto given = pin();
  auto wanted = request();
  wanted.resident = true;
  const auto made = key->make(wanted, &given);
  CHECK_FALSE(made.has_value());
  CHECK(bench.bench.state().credentials.empty());
}

TEST_CASE("A signature that does not hold is refused when a key is made") {
  for (const bool u2f : {false, true}) {
    CAPTURE(u2f);
    Spoilt spoilt([](Misbehaviour& m) { m.wrong_signature = true; });
    auto wanted = request(Algorithm::ecdsa_p256);
    wanted.as_u2f = u2f;
    const auto made = spoilt.bench.open()->make(wanted, nullptr);
    CHECK(trouble(made) == "nonsense");
  }
}

TEST_CASE("An answer for another relying party is refused") {
  Spoilt spoilt([](Misbehaviour& m) { m.wrong_rp = true; });
  const auto key = spoilt.bench.open();
  CHECK(trouble(key->make(request(), nullptr)) == "nonsense");
  CHECK(trouble(key->sign("ssh:", spoilt.handle, kMessage, false, nullptr)) == "nonsense");
}

TEST_CASE("An answer for another relying party is refused without an attestation too") {
  for (const auto kind : {AttestationKind::none, AttestationKind::self}) {
    CAPTURE(static_cast<int>(kind));
    auto liar = model();
    liar.attestation = kind;
    liar.misbehaviour.wrong_rp = true;
    KeyBench bench(liar);
    CHECK(trouble(bench.open()->make(request(), nullptr)) == "nonsense");
  }
}
