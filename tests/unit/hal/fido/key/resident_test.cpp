// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "core/ssh/openssh_key.hpp"
#include "tests/unit/hal/fido/key/key_bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyBench;
using test::model;
using test::pin;
using test::request;
using test::trouble;

namespace {

/// A key with a PIN, opened.
struct Ready {
  explicit Ready(Model made_as = model()) : bench(std::move(made_as)) {
    bench.set_pin();
    key = bench.open();
  }

  MadeKey make(const MakeRequest& wanted) const {
    auto made = key->make(wanted, &given);
    REQUIRE(made.has_value());
    return *std::move(made);
  }

  KeyBench bench;
  Pin given = pin();
  std::unique_ptr<SecurityKey> key;
};

MakeRequest resident(std::string user = "alice", std::string application = "ssh:") {
  auto wanted = request();
  wanted.resident = true;
  wanted.user = std::move(user);
  wanted.application = std::move(application);
  return wanted;
}

}  // namespace

TEST_CASE("A resident key is made as OpenSSH makes it") {
  Ready ready;
  const auto made = ready.make(resident());
  CHECK(made.flags == (ssh::sk_flag::kUserPresence | ssh::sk_flag::kResident));
  const auto& stored = ready.bench.bench.state().credentials;
  REQUIRE(stored.size() == 1);
  CHECK(stored[0].user_id.size() == 32);
  CHECK(to_hex(stored[0].user_id) == to_hex(as_bytes("alice")) + std::string(2UL * 27, '0'));
  CHECK(stored[0].user_name == "openssh");
  CHECK(stored[0].user_display_name == "openssh");
  CHECK(stored[0].protection == CredProtect::optional_with_list);
  auto verified = resident("bob");
  verified.verify = true;
  (void)ready.make(verified);
  CHECK(ready.bench.bench.state().credentials.at(1).protection == CredProtect::required);
}

TEST_CASE("A resident key of the same application and user is found before anything is made") {
  Ready ready;
  const auto first = ready.make(resident());
  const auto touches = ready.bench.bench.history().touches_given;
  CHECK(trouble(ready.key->make(resident(), &ready.given)) == "already-there");
  CHECK(ready.bench.bench.history().touches_given == touches);
  CHECK(ready.bench.bench.state().credentials.size() == 1);

  (void)ready.make(resident("bob"));
  (void)ready.make(resident("alice", "ssh:other"));
  CHECK(ready.bench.bench.state().credentials.size() == 3);

  auto over = resident();
  over.overwrite = true;
  const auto second = ready.make(over);
  CHECK(ready.bench.bench.state().credentials.size() == 3);
  CHECK(second.handle != first.handle);
  CHECK(ready.key->owns("ssh:", first.handle, nullptr) == false);
  CHECK(ready.key->owns("ssh:", second.handle, nullptr) == true);
}

TEST_CASE("One that wants verification for each use is found too") {
  Ready ready;
  auto wanted = resident();
  wanted.verify = true;
  (void)ready.make(wanted);
  CHECK(trouble(ready.key->make(resident(), &ready.given)) == "already-there");
}

TEST_CASE("Resident keys of SSH are listed with all that is needed to use them") {
  Ready ready;
  const auto alice = ready.make(resident());
  auto wanted = resident("", "ssh:work");
  wanted.algorithm = Algorithm::ecdsa_p256;
  wanted.verify = true;
  const auto work = ready.make(wanted);
  auto found = ready.key->residents(ready.given);
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 2);
  std::ranges::sort(*found, {}, [](const auto& each) { return each.key.application(); });
  CHECK(found->at(0).key == alice.key);
  CHECK(found->at(0).handle == alice.handle);
  CHECK(found->at(0).user == "alice");
  CHECK_FALSE(found->at(0).verify);
  CHECK(found->at(1).key == work.key);
  CHECK(found->at(1).user.empty());
  CHECK(found->at(1).verify);
}

TEST_CASE("What is not SSH's is not listed, and a user that is no text has none") {
  KeyBench bench;
  bench.set_pin();
  {
    const auto device = bench.bench.open();
    for (const char* rp : {"webauthn.io", "ssh", "SSH:"}) {
      REQUIRE(test::make(device.get(), {.rp = rp, .resident = true, .pin = "1234"}).error ==
              FIDO_OK);
    }
    REQUIRE(test::make(device.get(), {.user = "a\x1b[2J", .resident = true, .pin = "1234"}).error ==
            FIDO_OK);
  }
  const auto key = bench.open();
  const auto found = key->residents(pin());
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 1);
  CHECK(found->front().key.application() == "ssh:");
  CHECK(found->front().user.empty());
}

TEST_CASE("A key without any resident key lists none") {
  Ready ready;
  const auto found = ready.key->residents(ready.given);
  REQUIRE(found.has_value());
  CHECK(found->empty());
}

TEST_CASE("A resident key is deleted, and then not known any more") {
  Ready ready;
  const auto alice = ready.make(resident());
  const auto bob = ready.make(resident("bob"));
  CHECK(ready.key->remove_resident(alice.handle, ready.given).has_value());
  CHECK(ready.key->owns("ssh:", alice.handle, nullptr) == false);
  CHECK(ready.key->owns("ssh:", bob.handle, nullptr) == true);
  CHECK(ready.key->residents(ready.given)->size() == 1);
  CHECK(trouble(ready.key->remove_resident(alice.handle, ready.given)) == "not-its-handle");
  CHECK(trouble(ready.key->remove_resident(Bytes{}, ready.given)) == "not-its-handle");
  CHECK(trouble(ready.key->sign("ssh:", alice.handle, as_bytes("x"), false, nullptr)) ==
        "not-its-handle");
}

TEST_CASE("A full store is said before anybody touches the key") {
  Ready ready(model("full"));
  CHECK(ready.key->info().free_slots == 0);
  CHECK(trouble(ready.key->make(resident(), &ready.given)) == "store-full");
  CHECK(ready.bench.bench.requests.empty());
  auto over = resident();
  over.overwrite = true;
  CHECK(trouble(ready.key->make(over, &ready.given)) == "store-full");
  CHECK(ready.bench.bench.state().credentials.empty());
}

TEST_CASE("Without a PIN, a resident key is neither made nor looked for") {
  Ready ready;
  CHECK(trouble(ready.key->make(resident(), nullptr)) == "pin-required");
  CHECK(ready.bench.bench.history().pin_tries == 0);
  CHECK(ready.bench.bench.requests.empty());
}

TEST_CASE("A key that keeps none, or cannot list them, says so") {
  const auto given = pin();
  KeyBench u2f(model("u2f-only"));
  const auto old = u2f.open();
  CHECK(trouble(old->residents(given)) == "not-supported");
  CHECK(trouble(old->remove_resident(Bytes(8, 1), given)) == "not-supported");
  CHECK(trouble(old->make(resident(), nullptr)) == "not-supported");

  auto cannot = model();
  cannot.credential_management = false;
  KeyBench bench(cannot);
  bench.set_pin();
  CHECK(trouble(bench.open()->residents(given)) == "not-supported");

  cannot = model();
  cannot.resident_keys = false;
  KeyBench without(cannot);
  without.set_pin();
  const auto key = without.open();
  CHECK(trouble(key->make(resident(), &given)) == "not-supported");
  CHECK(without.bench.history().pin_tries == 0);
}

TEST_CASE("A key without a PIN set has nothing to list with one") {
  KeyBench bench;
  const auto key = bench.open();
  CHECK(trouble(key->residents(pin())) == "pin-not-set");
  CHECK(trouble(key->remove_resident(Bytes(8, 1), pin())) == "pin-not-set");
}
