// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/ctap2/key_with_pin.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

/// The three ways to have a PIN compared.
struct Way {
  const char* name;
  Status (*attempt)(KeyWithPin&, const std::string& pin);
};
constexpr Way kWays[] = {
    {"getPinToken",
     [](KeyWithPin& key, const std::string& pin) { return key.pin_token(pin).status; }},
    {"getPinUvAuthTokenUsingPinWithPermissions",
     [](KeyWithPin& key, const std::string& pin) { return key.token(pin, 1, "ssh:").status; }},
    {"changePIN",
     [](KeyWithPin& key, const std::string& pin) { return key.change_pin(pin, "1234"); }},
};

/// All ways to write `left` as a sum of 1, 2 and 3: how many tries there are from plug to plug.
void find_runs(std::vector<unsigned> runs, unsigned left, std::vector<std::vector<unsigned>>& all) {
  if (left == 0) all.push_back(runs);
  runs.push_back(0);
  for (runs.back() = 1; runs.back() <= 3 && runs.back() <= left; ++runs.back()) {
    find_runs(runs, left - runs.back(), all);
  }
}

}  // namespace

TEST_CASE("three wrong PINs in a row lock the key until it is plugged in again") {
  for (const auto& way : kWays) {
    for (const int protocol : {1, 2}) {
      CAPTURE(way.name);
      KeyWithPin key({}, protocol);
      REQUIRE(key.set_pin("1234") == Status::ok);
      CHECK(way.attempt(key, "0000") == Status::pin_invalid);
      CHECK(way.attempt(key, "0000") == Status::pin_invalid);
      CHECK(way.attempt(key, "0000") == Status::pin_auth_blocked);
      CHECK(key.state.pin_tries == 5);
      // From now on nothing is compared, not even the right one.
      for (const auto& other : kWays) {
        CHECK(other.attempt(key, "1234") == Status::pin_auth_blocked);
        CHECK(other.attempt(key, "0000") == Status::pin_auth_blocked);
      }
      CHECK(key.state.pin_tries == 5);
      CHECK(key.history.pin_tries == 3);
      CHECK(key.history.wrong_pins == 3);
      key.replug();
      CHECK(way.attempt(key, "1234") == Status::ok);
      CHECK(key.state.pin_tries == kPinTries);
      CHECK(key.history.pin_tries == 1);
      CHECK(key.history.wrong_pins == 0);
    }
  }
}

TEST_CASE("a right PIN between wrong ones starts the counts anew") {
  KeyWithPin key;
  REQUIRE(key.set_pin("1234") == Status::ok);
  for (int round = 0; round < 10; ++round) {
    CHECK(key.pin_token("0000").status == Status::pin_invalid);
    CHECK(key.pin_token("0000").status == Status::pin_invalid);
    CHECK(key.state.pin_tries == 6);
    CHECK(key.pin_token("1234").status == Status::ok);
    CHECK(key.state.pin_tries == kPinTries);
  }
  CHECK(key.history.pin_tries == 30);
  CHECK(key.history.wrong_pins == 20);
}

TEST_CASE("eight wrong PINs, however often the key is pulled out, block it until a reset") {
  std::vector<std::vector<unsigned>> all;
  find_runs({}, 8, all);
  CHECK(all.size() == 81);
  for (const auto& runs : all) {
    KeyWithPin key;
    REQUIRE(key.set_pin("1234") == Status::ok);
    unsigned left = 8;
    for (const auto run : runs) {
      for (unsigned in_a_row = 1; in_a_row <= run; ++in_a_row) {
        const auto status = kWays[left % 3].attempt(key, "0000");
        CHECK(key.state.pin_tries == --left);
        CHECK(status == (left == 0       ? Status::pin_blocked
                         : in_a_row == 3 ? Status::pin_auth_blocked
                                         : Status::pin_invalid));
      }
      key.replug();
    }
    CHECK(kWays[runs.size() % 3].attempt(key, "1234") == Status::pin_blocked);
    CHECK(key.state.pin_tries == 0);
  }
}

TEST_CASE("a key that is blocked for good does nothing with its PIN but tell so, until a reset") {
  KeyWithPin key;
  REQUIRE(key.set_pin("1234") == Status::ok);
  for (int tries = 0; tries < 8; ++tries) {
    CHECK(key.pin_token("0000").status != Status::ok);
    key.replug();
  }
  for (const auto& way : kWays) CHECK(way.attempt(key, "1234") == Status::pin_blocked);
  CHECK(key.client_pin({{2, 1}}).value.find(3)->number() == 0);
  CHECK(key.set_pin("4321") == Status::pin_auth_invalid);
  CHECK(key.history.pin_tries == 0);

  REQUIRE(reset(key.state, key.random));
  key.replug();
  CHECK(key.client_pin({{2, 1}}).value.find(3)->number() == 8);
  CHECK(key.set_pin("4321") == Status::ok);
  for (const auto& way : kWays) CHECK(way.attempt(key, "4321") == Status::ok);
}

TEST_CASE("a try is written down before the PIN is compared") {
  for (const auto& way : kWays) {
    KeyWithPin key;
    REQUIRE(key.set_pin("1234") == Status::ok);
    for (const auto* pin : {"1234", "0000"}) {
      key.saved.clear();
      const auto before = key.state.pin_tries;
      const auto status = way.attempt(key, pin);
      CHECK(status == (std::string(pin) == "1234" ? Status::ok : Status::pin_invalid));
      REQUIRE(key.saved.size() == 1);
      CHECK(from_json(key.saved[0])->pin_tries == before - 1);
    }
  }
}

TEST_CASE("cutting the power before the answer never gives a try back") {
  KeyWithPin key;
  REQUIRE(key.set_pin("1234") == Status::ok);
  for (unsigned tries = 1; tries <= 8; ++tries) {
    key.saved.clear();
    CHECK(key.pin_token("0000").status != Status::ok);
    REQUIRE(key.saved.size() == 1);
    // What was in memory is gone; what was written down during the command is not.
    key.state = from_json(key.saved[0]).value();
    key.replug();
    CHECK(key.state.pin_tries == 8 - tries);
  }
  CHECK(key.pin_token("1234").status == Status::pin_blocked);

  // Nor does cutting it after each right PIN let a guesser in between have more than eight.
  KeyWithPin other;
  REQUIRE(other.set_pin("1234") == Status::ok);
  CHECK(other.pin_token("1234").status == Status::ok);
  other.state = from_json(other.saved.back()).value();
  other.replug();
  CHECK(other.state.pin_tries == 7);
}

TEST_CASE("after a wrong PIN the agreement key is another one, of that protocol alone") {
  for (const int protocol : {1, 2}) {
    KeyWithPin key({}, protocol);
    REQUIRE(key.set_pin("1234") == Status::ok);
    const auto both = key.session.agreement_keys;
    const auto chosen = static_cast<std::size_t>(protocol - 1);
    CHECK(key.pin_token("1234").status == Status::ok);
    CHECK(key.session.agreement_keys[chosen]->seed() == both[chosen]->seed());
    CHECK(key.pin_token("0000").status == Status::pin_invalid);
    CHECK(key.session.agreement_keys[chosen]->seed() != both[chosen]->seed());
    CHECK(key.session.agreement_keys[1 - chosen]->seed() == both[1 - chosen]->seed());
    const auto second = key.session.agreement_keys[chosen]->seed();
    CHECK(key.pin_token("0000").status == Status::pin_invalid);
    CHECK(key.session.agreement_keys[chosen]->seed() != second);
  }
}

TEST_CASE("a PIN hash that cannot be decrypted, or is of another length, is a wrong PIN") {
  for (const int protocol : {1, 2}) {
    KeyWithPin key({}, protocol);
    REQUIRE(key.set_pin("1234") == Status::ok);
    for (const std::size_t size : {0U, 1U, 17U, 64U}) {
      const auto computer = key.platform();
      CHECK(key.client_pin({{1, protocol}, {2, 5}, {3, computer.public_key()}, {6, Bytes(size, 1)}})
                .status != Status::ok);
      key.replug();
    }
    CHECK(key.state.pin_tries == 4);
  }
}

TEST_CASE("a right PIN gives the fingerprint reader its tries back") {
  KeyWithPin key;
  REQUIRE(key.set_pin("1234") == Status::ok);
  key.state.verification_tries = 0;
  CHECK(key.pin_token("0000").status == Status::pin_invalid);
  CHECK(key.state.verification_tries == 0);
  CHECK(key.pin_token("1234").status == Status::ok);
  CHECK(key.state.verification_tries == kVerificationTries);
}
