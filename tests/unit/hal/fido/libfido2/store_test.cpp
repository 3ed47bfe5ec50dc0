// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

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

constexpr const char* kPin = "1234";

/// A key with a PIN and three resident credentials: a and b of "ssh:", c of "ssh:c".
struct Filled {
  explicit Filled(Model key = model()) : bench(std::move(key)), device(bench.open()) {
    REQUIRE(fido_dev_set_pin(device.get(), kPin, nullptr) == FIDO_OK);
    add("ssh:", "a", COSE_ES256);
    add("ssh:", "b", COSE_EDDSA);
    add("ssh:c", "c", COSE_ES256);
  }

  void add(const std::string& rp, const std::string& user, int algorithm) {
    made.push_back(make(device.get(), {.algorithm = algorithm,
                                       .rp = rp,
                                       .user = user,
                                       .resident = true,
                                       .protection = FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID,
                                       .pin = kPin}));
    REQUIRE(made.back().error == FIDO_OK);
  }

  [[nodiscard]] std::vector<std::string> rps() const {
    const FidoStoredRps found(fido_credman_rp_new());
    REQUIRE(fido_credman_get_dev_rp(device.get(), found.get(), kPin) == FIDO_OK);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < fido_credman_rp_count(found.get()); ++i) {
      names.emplace_back(fido_credman_rp_id(found.get(), i));
      CHECK(fido_credman_rp_id_hash_len(found.get(), i) == 32);
    }
    std::ranges::sort(names);
    return names;
  }

  [[nodiscard]] FidoStoredCredentials of(const char* rp) const {
    FidoStoredCredentials found(fido_credman_rk_new());
    REQUIRE(fido_credman_get_dev_rk(device.get(), rp, found.get(), kPin) == FIDO_OK);
    return found;
  }

  Bench bench;
  Device device;
  std::vector<test::MadeCredential> made;
};

}  // namespace

TEST_CASE("A key counts its resident credentials") {
  const Filled key;
  const FidoStoreMetadata metadata(fido_credman_metadata_new());
  REQUIRE(fido_credman_get_dev_metadata(key.device.get(), metadata.get(), kPin) == FIDO_OK);
  CHECK(fido_credman_rk_existing(metadata.get()) == 3);
  CHECK(fido_credman_rk_remaining(metadata.get()) == 22);
}

TEST_CASE("A key lists its relying parties and their credentials") {
  for (const int protocol : {1, 2}) {
    CAPTURE(protocol);
    auto made = model();
    made.pin_protocols = {protocol};
    const Filled key(made);
    CHECK(key.rps() == std::vector<std::string>{"ssh:", "ssh:c"});
    const auto found = key.of("ssh:");
    REQUIRE(fido_credman_rk_count(found.get()) == 2);
    std::vector<std::string> users;
    for (std::size_t i = 0; i < 2; ++i) {
      const auto* cred = fido_credman_rk(found.get(), i);
      const std::string user = fido_cred_user_name(cred);
      users.push_back(user);
      const auto& original = key.made[user == "a" ? 0 : 1];
      CHECK(to_hex({fido_cred_id_ptr(cred), fido_cred_id_len(cred)}) == to_hex(original.id()));
      CHECK(fido_cred_type(cred) == fido_cred_type(original.cred.get()));
      CHECK(to_hex({fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)}) ==
            to_hex({fido_cred_pubkey_ptr(original.cred.get()),
                    fido_cred_pubkey_len(original.cred.get())}));
      CHECK(fido_cred_prot(cred) == FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID);
      CHECK(std::string(fido_cred_user_id_ptr(cred),
                        fido_cred_user_id_ptr(cred) + fido_cred_user_id_len(cred)) == user);
    }
    std::ranges::sort(users);
    CHECK(users == std::vector<std::string>{"a", "b"});
  }
}

TEST_CASE("A deleted credential is gone, and nothing else") {
  const Filled key;
  const auto id = key.made[0].id();
  REQUIRE(fido_credman_del_dev_rk(key.device.get(), id.data(), id.size(), kPin) == FIDO_OK);
  CHECK(fido_credman_rk_count(key.of("ssh:").get()) == 1);
  CHECK(key.rps() == std::vector<std::string>{"ssh:", "ssh:c"});
  CHECK(get(key.device.get(), {.allow = {id}}).error == FIDO_ERR_NO_CREDENTIALS);
  CHECK(get(key.device.get(), {.allow = {key.made[1].id()}}).error == FIDO_OK);
  CHECK(fido_credman_del_dev_rk(key.device.get(), id.data(), id.size(), kPin) ==
        FIDO_ERR_NO_CREDENTIALS);
}

TEST_CASE("The store opens with the right PIN alone") {
  const Filled key;
  const FidoStoreMetadata metadata(fido_credman_metadata_new());
  CHECK(fido_credman_get_dev_metadata(key.device.get(), metadata.get(), "0000") ==
        FIDO_ERR_PIN_INVALID);
  CHECK(fido_credman_get_dev_metadata(key.device.get(), metadata.get(), nullptr) != FIDO_OK);
  CHECK(key.bench.history().wrong_pins == 1);
}

TEST_CASE("A fingerprint opens the store as well") {
  Bench bench(model("fido-2.1-built-in-uv"));
  const auto device = bench.open();
  REQUIRE(make(device.get(), {.resident = true, .uv = FIDO_OPT_TRUE}).error == FIDO_OK);
  const FidoStoreMetadata metadata(fido_credman_metadata_new());
  REQUIRE(fido_credman_get_dev_metadata(device.get(), metadata.get(), nullptr) == FIDO_OK);
  CHECK(fido_credman_rk_existing(metadata.get()) == 1);
  CHECK(bench.history().pin_tries == 0);
}

TEST_CASE("An empty store has no relying parties") {
  Bench bench;
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), kPin, nullptr) == FIDO_OK);
  const FidoStoredRps found(fido_credman_rp_new());
  const int error = fido_credman_get_dev_rp(device.get(), found.get(), kPin);
  CHECK((error == FIDO_OK || error == FIDO_ERR_NO_CREDENTIALS));
  CHECK(fido_credman_rp_count(found.get()) == 0);
}

TEST_CASE("A key without credential management does not know the command") {
  Bench bench(model("fido-2.0"));
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), kPin, nullptr) == FIDO_OK);
  const FidoStoreMetadata metadata(fido_credman_metadata_new());
  CHECK(fido_credman_get_dev_metadata(device.get(), metadata.get(), kPin) ==
        FIDO_ERR_INVALID_COMMAND);
}

TEST_CASE("A reset forgets all but the factory's") {
  Filled key;
  const auto chain = key.bench.state().factory.chain;
  REQUIRE(fido_dev_reset(key.device.get()) == FIDO_OK);
  CHECK(key.bench.state().credentials.empty());
  CHECK_FALSE(key.bench.state().pin_hash.has_value());
  CHECK(key.bench.state().factory.chain == chain);
  // What was wrapped for the old key is nobody's now.
  CHECK(get(key.device.get(), {.allow = {key.made[0].id()}}).error == FIDO_ERR_NO_CREDENTIALS);
  CHECK(make(key.device.get(), {.resident = true}).error == FIDO_OK);
}

TEST_CASE("A reset is for the first seconds after the plug, and for who touches the key") {
  Bench bench;
  {
    const auto device = bench.open();
    bench.reply = Reply::no;
    CHECK(fido_dev_reset(device.get()) == FIDO_ERR_OPERATION_DENIED);
    bench.reply = Reply::yes;
    REQUIRE(make(device.get(), {.resident = true}).error == FIDO_OK);
  }
  {
    const auto device = bench.open();
    bench.reply = Reply::never;
    CHECK(fido_dev_reset(device.get()) == FIDO_ERR_USER_ACTION_TIMEOUT);
    bench.reply = Reply::yes;
    // The timeout took longer than the ten seconds.
    CHECK(fido_dev_reset(device.get()) == FIDO_ERR_NOT_ALLOWED);
    CHECK(bench.state().credentials.size() == 1);
  }
  bench.unplug();
  bench.plug();
  CHECK(fido_dev_reset(bench.open().get()) == FIDO_OK);
  CHECK(bench.state().credentials.empty());
}
