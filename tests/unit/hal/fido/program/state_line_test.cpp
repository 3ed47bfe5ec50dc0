// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/state_line.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/hal/fido/program/factory_fresh.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

ResidentCredential credential(std::string rp_id, std::string user_name) {
  test::SeededRandom random(2);
  auto key = SigningKey::generate(SigningKey::Kind::ed25519, random);
  REQUIRE(key.has_value());
  ResidentCredential made{.key = std::move(*key)};
  made.rp_id = std::move(rp_id);
  made.user_name = std::move(user_name);
  return made;
}

}  // namespace

TEST_CASE("a key that is pulled out still says what it keeps") {
  auto state = test::factory_fresh();
  state.pin_hash.emplace();
  state.pin_tries = 3;
  state.signature_counter = 5;
  state.credentials.push_back(credential("ssh:", "sam"));
  const auto line = state_line(Model(), state, nullptr, Reply::no);
  CHECK(line.find('\n') == std::string::npos);
  const auto json = nlohmann::json::parse(line);
  CHECK(json["plugged"] == false);
  CHECK(json["model"] == "fido-2.1");
  CHECK(json["touch"] == "no");
  CHECK(json["waiting"].is_null());
  CHECK(json["pin_set"] == true);
  CHECK(json["pin_tries_left"] == 3);
  CHECK(json["signature_counter"] == 5);
  CHECK(json["touches_asked"] == 0);
  CHECK(json["credentials"].dump() == R"([{"rp_id":"ssh:","user_name":"sam"}])");
  CHECK(json["events"].empty());
}

TEST_CASE("no name can break the line") {
  auto state = test::factory_fresh();
  state.credentials.push_back(credential("ssh:\n\"", "\xff\xfe"));
  const auto line = state_line(Model(), state, nullptr, Reply::never);
  CHECK(line.find('\n') == std::string::npos);
  CHECK(nlohmann::json::parse(line)["credentials"][0]["rp_id"] == "ssh:\n\"");
}

TEST_CASE("what a key waits for has a name") {
  CHECK(std::string(name_of_wait(nullptr)) == "nothing");
  const Request touch{Gesture::touch, ""};
  CHECK(std::string(name_of_wait(&touch)) == "touch");
  const Request finger{Gesture::verification, ""};
  CHECK(std::string(name_of_wait(&finger)) == "verification");
}
