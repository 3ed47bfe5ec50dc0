// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/unit/hal/fido/key/key_bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::KeyBench;
using test::model;

TEST_CASE("What each model can is what its key says") {
  for (const auto& made_as : models()) {
    CAPTURE(made_as.name);
    KeyBench bench(made_as);
    const auto key = bench.open();
    const auto& info = key->info();
    CHECK(info.ctap2 == made_as.fido_2_0);
    // CTAP 2.1 section 7.2.4: what always verifies has no U2F.
    CHECK(info.u2f == (made_as.u2f && !made_as.always_uv));
    CHECK(info.simulated);
    CHECK(key->plugged().path == "/dev/hidraw7");
    CHECK(key->plugged().name == "a key");
    CHECK(info.resident_keys == made_as.resident_keys);
    CHECK(info.pin == (made_as.client_pin ? PinState::not_set : PinState::cannot));
    CHECK(info.built_in_verification == made_as.built_in_verification);
    CHECK(info.always_verifies == made_as.always_uv);
    CHECK(info.makes_without_pin == made_as.make_cred_uv_not_required);
    CHECK(info.manages_credentials == made_as.credential_management);
    CHECK(info.protects_credentials == made_as.cred_protect);
    CHECK(may_support(info, Algorithm::ecdsa_p256));
    const bool ed25519 = std::ranges::count(made_as.algorithms, kEdDsa) > 0;
    CHECK(may_support(info, Algorithm::ed25519) == ed25519);
    const auto versions = info.versions;
    CHECK(std::ranges::count(versions, std::string("FIDO_2_1")) == (made_as.fido_2_1 ? 1 : 0));
    if (!made_as.fido_2_0) continue;
    CHECK(info.aaguid == made_as.aaguid);
    if (!made_as.fido_2_1) continue;
    CHECK(info.firmware == made_as.firmware_version);
    CHECK(info.free_slots == made_as.resident_slots);
  }
}

TEST_CASE("A PIN that is set is seen when the key is opened") {
  KeyBench bench;
  CHECK(bench.open()->info().pin == PinState::not_set);
  bench.set_pin();
  CHECK(bench.open()->info().pin == PinState::set);
}
