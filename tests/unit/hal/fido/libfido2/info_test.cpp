// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "tests/unit/hal/fido/libfido2/bench.hpp"
#include "tests/unit/hal/fido/libfido2/requests.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::Bench;
using test::model;

namespace {

FidoInfo info_of(fido_dev_t* device) {
  FidoInfo info(fido_cbor_info_new());
  REQUIRE(fido_dev_get_cbor_info(device, info.get()) == FIDO_OK);
  return info;
}

std::set<std::string> texts(char** first, std::size_t count) { return {first, first + count}; }

std::map<std::string, bool> options_of(const fido_cbor_info_t* info) {
  std::map<std::string, bool> options;
  for (std::size_t i = 0; i < fido_cbor_info_options_len(info); ++i) {
    options[fido_cbor_info_options_name_ptr(info)[i]] = fido_cbor_info_options_value_ptr(info)[i];
  }
  return options;
}

std::set<int> algorithms_of(const fido_cbor_info_t* info) {
  std::set<int> algorithms;
  for (std::size_t i = 0; i < fido_cbor_info_algorithm_count(info); ++i) {
    CHECK(std::string(fido_cbor_info_algorithm_type(info, i)) == "public-key");
    algorithms.insert(fido_cbor_info_algorithm_cose(info, i));
  }
  return algorithms;
}

}  // namespace

TEST_CASE("libfido2 opens every model and reads what it says of itself") {
  for (const auto& made : models()) {
    CAPTURE(made.name);
    Bench bench(made);
    const auto device = bench.open();
    CHECK(fido_dev_is_fido2(device.get()) == made.fido_2_0);
    CHECK((fido_dev_flags(device.get()) & FIDO_CAP_NMSG) == (made.u2f ? 0 : FIDO_CAP_NMSG));
    CHECK(fido_dev_protocol(device.get()) == 2);
    if (!made.fido_2_0) continue;

    CHECK(fido_dev_supports_pin(device.get()) == made.client_pin);
    CHECK_FALSE(fido_dev_has_pin(device.get()));
    CHECK(fido_dev_supports_cred_prot(device.get()) == made.cred_protect);
    CHECK(fido_dev_supports_credman(device.get()) == made.credential_management);
    CHECK(fido_dev_supports_uv(device.get()) == made.built_in_verification);
    CHECK(fido_dev_has_uv(device.get()) == made.built_in_verification);
    CHECK(fido_dev_supports_permissions(device.get()) == made.fido_2_1);

    const auto info = info_of(device.get());
    const auto versions =
        texts(fido_cbor_info_versions_ptr(info.get()), fido_cbor_info_versions_len(info.get()));
    CHECK(versions.contains("FIDO_2_0"));
    CHECK(versions.contains("FIDO_2_1") == made.fido_2_1);
    // Section 7.2.4: a key that always verifies has no U2F to offer.
    CHECK(versions.contains("U2F_V2") == (made.u2f && !made.always_uv));
    CHECK(to_hex({fido_cbor_info_aaguid_ptr(info.get()), 16}) == to_hex(made.aaguid));
    CHECK(fido_cbor_info_maxmsgsiz(info.get()) == made.max_message_size);
    const auto options = options_of(info.get());
    CHECK(options.contains("clientPin") == made.client_pin);
    if (made.client_pin) CHECK_FALSE(options.at("clientPin"));
    CHECK(options.contains("uv") == made.built_in_verification);
    CHECK((options.contains("alwaysUv") && options.at("alwaysUv")) == made.always_uv);
    CHECK((options.contains("rk") && options.at("rk")) == made.resident_keys);
    if (made.fido_2_1) {
      CHECK(algorithms_of(info.get()) ==
            std::set<int>(made.algorithms.begin(), made.algorithms.end()));
      CHECK(fido_cbor_info_fwversion(info.get()) == made.firmware_version);
    }
    const auto* protocols = fido_cbor_info_protocols_ptr(info.get());
    CHECK(std::vector<int>(protocols, protocols + fido_cbor_info_protocols_len(info.get())) ==
          made.pin_protocols);
  }
}

TEST_CASE("No two models have the same AAGUID") {
  std::set<std::string> seen;
  for (const auto& made : models()) CHECK(seen.insert(to_hex(made.aaguid)).second);
}

TEST_CASE("A key says that its PIN is set, and how many tries are left") {
  Bench bench;
  const auto device = bench.open();
  REQUIRE(fido_dev_set_pin(device.get(), "1234", nullptr) == FIDO_OK);
  CHECK(options_of(info_of(device.get()).get()).at("clientPin"));
  int tries = 0;
  REQUIRE(fido_dev_get_retry_count(device.get(), &tries) == FIDO_OK);
  CHECK(tries == 8);
}

TEST_CASE("Two openings of one key are two channels") {
  Bench bench;
  const auto first = bench.open();
  const auto second = bench.open();
  CHECK(test::make(first.get()).error == FIDO_OK);
  CHECK(test::make(second.get()).error == FIDO_OK);
}
