// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/unit/hal/fido/key/key_bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyBench;
using test::model;
using test::pin;
using test::request;
using test::trouble;

namespace {

struct Call {
  std::string name;
  std::function<std::optional<Problem>(SecurityKey&, const Bytes&, const Pin&)> run;
};

template <class T>
std::optional<Problem> problem(const Attempt<T>& attempt) {
  return attempt ? std::nullopt : std::optional(attempt.error());
}

/// Every call that takes a PIN.
std::vector<Call> calls() {
  return {{"make", [](SecurityKey& key, const Bytes&,
                      const Pin& given) { return problem(key.make(request(), &given)); }},
          {"make resident",
           [](SecurityKey& key, const Bytes&, const Pin& given) {
             auto wanted = request();
             wanted.resident = true;
             return problem(key.make(wanted, &given));
           }},
          {"owns", [](SecurityKey& key, const Bytes& handle,
                      const Pin& given) { return problem(key.owns("ssh:", handle, &given)); }},
          {"sign",
           [](SecurityKey& key, const Bytes& handle, const Pin& given) {
             return problem(key.sign("ssh:", handle, as_bytes("x"), true, &given));
           }},
          {"residents", [](SecurityKey& key, const Bytes&,
                           const Pin& given) { return problem(key.residents(given)); }},
          {"remove_resident", [](SecurityKey& key, const Bytes& handle, const Pin& given) {
             return problem(key.remove_resident(handle, given));
           }}};
}

}  // namespace

TEST_CASE(
    "A wrong PIN costs exactly one try, whatever it was given for, and says how many are left") {
  for (const auto& call : calls()) {
    CAPTURE(call.name);
    KeyBench bench;
    const auto handle = bench.open()->make(request(), nullptr)->handle;
    bench.set_pin();
    const auto key = bench.open();
    const auto found = call.run(*key, handle, pin("9999"));
    REQUIRE(found.has_value());
    CHECK(name(found->trouble) == "pin-wrong");
    CHECK(found->tries_left == 7);
    CHECK(bench.bench.history().pin_tries == 1);
    CHECK(bench.bench.state().pin_tries == 7);
    CHECK(bench.bench.requests.size() == 1);  // of the key that was made
  }
}

TEST_CASE("Without a PIN given, none is spent") {
  for (const auto& made_as : models()) {
    CAPTURE(made_as.name);
    KeyBench bench(made_as);
    if (made_as.client_pin) bench.set_pin();
    const auto key = bench.open();
    auto wanted = request(Algorithm::ecdsa_p256);
    (void)key->make(wanted, nullptr);
    wanted.verify = true;
    (void)key->make(wanted, nullptr);
    wanted.resident = true;
    (void)key->make(wanted, nullptr);
    (void)key->owns("ssh:", Bytes(64, 1), nullptr);
    (void)key->sign("ssh:", Bytes(64, 1), as_bytes("x"), false, nullptr);
    (void)key->sign("ssh:", Bytes(64, 1), as_bytes("x"), true, nullptr);
    (void)key->pin_tries();
    CHECK(bench.bench.history().pin_tries == 0);
    CHECK(bench.bench.state().pin_tries == kPinTries);
  }
}

TEST_CASE("Three wrong PINs need the key to be plugged in again; eight block it for good") {
  KeyBench bench;
  bench.set_pin();
  const auto wrong = pin("9999");
  const auto right = pin();
  auto key = bench.open();
  CHECK(trouble(key->residents(wrong)) == "pin-wrong");
  CHECK(trouble(key->residents(wrong)) == "pin-wrong");
  const auto third = key->residents(wrong);
  CHECK(trouble(third) == "pin-needs-replug");
  CHECK(third.error().tries_left == 5);
  CHECK(trouble(key->residents(right)) == "pin-needs-replug");
  CHECK(bench.bench.state().pin_tries == 5);

  key.reset();
  bench.bench.unplug();
  bench.bench.plug();
  key = bench.open();
  CHECK(key->residents(right).has_value());
  CHECK(bench.bench.state().pin_tries == 8);

  for (int tries = 8; tries > 0; --tries) {
    if (tries == 6 || tries == 4 || tries == 2) {
      key.reset();
      bench.bench.unplug();
      bench.bench.plug();
      key = bench.open();
    }
    (void)key->residents(wrong);
  }
  const auto blocked = key->residents(right);
  CHECK(trouble(blocked) == "pin-blocked");
  CHECK(blocked.error().tries_left == 0);
  CHECK(key->pin_tries() == 0);
}

TEST_CASE("The tries left are told, and telling costs none") {
  KeyBench bench;
  bench.set_pin();
  const auto key = bench.open();
  CHECK(key->pin_tries() == 8);
  CHECK(trouble(key->make(request(), nullptr)) == test::kNone);
  (void)key->residents(pin("9999"));
  CHECK(key->pin_tries() == 7);
  CHECK(bench.bench.history().pin_tries == 1);
  KeyBench u2f(model("u2f-only"));
  CHECK(trouble(u2f.open()->pin_tries()) == "not-supported");
  KeyBench without(model("fido-2.0-no-pin"));
  CHECK(trouble(without.open()->pin_tries()) == "not-supported");
}

TEST_CASE("A PIN of many bytes reaches the key whole") {
  const std::string longest = "päßwörd-" + std::string(63 - 11, '*');
  REQUIRE(longest.size() == 63);
  KeyBench bench;
  bench.set_pin(longest);
  const auto key = bench.open();
  CHECK(key->residents(pin(longest)).has_value());
}

TEST_CASE("A key that denies its PIN still gets it when it insists") {
  auto liar = model("fido-2.0");
  liar.misbehaviour.denies_pin = true;
  KeyBench bench(model("fido-2.0"));
  bench.set_pin();
  bench.bench.plug_as(liar);
  const auto key = bench.open();
  CHECK(key->info().pin == PinState::not_set);
  CHECK(trouble(key->make(request(), nullptr)) == "pin-required");
  CHECK(bench.bench.history().pin_tries == 0);
}
