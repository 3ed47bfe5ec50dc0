// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <set>

#include "hal/fido/sim/device/model.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

TEST_CASE("the catalogue has what the tests of hardware keys need") {
  std::vector<std::string> names;
  for (const auto& model : models()) names.push_back(model.name);
  CHECK(names == std::vector<std::string>{"u2f-only", "fido-2.0", "fido-2.0-no-pin", "fido-2.1",
                                          "fido-2.1-always-uv", "fido-2.1-built-in-uv",
                                          "no-ed25519", "full"});
}

TEST_CASE("each model has an AAGUID of its own") {
  std::set<Aaguid> seen;
  for (const auto& model : models()) {
    CHECK(model.aaguid != Aaguid{});
    CHECK(seen.insert(model.aaguid).second);
  }
}

TEST_CASE("a model is found by its name") {
  for (const auto& model : models()) CHECK(find_model(model.name)->aaguid == model.aaguid);
}

TEST_CASE("a wrong name lists the right ones") {
  const auto model = find_model("fido-3");
  REQUIRE(!model);
  CHECK(model.error().is(Errc::not_found));
  CHECK(model.error().doing ==
        "no model is called \"fido-3\"; there are u2f-only, fido-2.0, fido-2.0-no-pin, fido-2.1, "
        "fido-2.1-always-uv, fido-2.1-built-in-uv, no-ed25519, full");
}

TEST_CASE("models are what their names say") {
  CHECK(!find_model("u2f-only")->fido_2_0);
  CHECK(!find_model("fido-2.0")->fido_2_1);
  CHECK(find_model("fido-2.0")->client_pin);
  CHECK(!find_model("fido-2.0-no-pin")->client_pin);
  CHECK(find_model("fido-2.1")->name == Model{}.name);
  CHECK(find_model("fido-2.1-always-uv")->always_uv);
  CHECK(find_model("fido-2.1-built-in-uv")->built_in_verification);
  CHECK(find_model("no-ed25519")->algorithms == std::vector{kEs256});
  CHECK(find_model("full")->resident_slots == 0);
}

TEST_CASE("models keep to the rules of CTAP 2.1 on what goes together") {
  for (const auto& model : models()) {
    CAPTURE(model.name);
    CHECK(!(model.fido_2_1 && !model.fido_2_0));
    CHECK(!(model.always_uv && model.make_cred_uv_not_required));
    CHECK(model.client_pin == !model.pin_protocols.empty());
    CHECK(!(model.credential_management && !model.resident_keys));
  }
}
