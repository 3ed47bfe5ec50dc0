// SPDX-License-Identifier: MIT
// What policy says before a security key in the Pi is asked to make anything.
#include <doctest/doctest.h>

#include "core/channel/statement.hpp"
#include "tests/scenario/log_text.hpp"
#include "tests/scenario/token_world.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using channel::ResultCode;
using channel::TokenNews;
using pairing::Phase;
using scenario::kAdded;
using scenario::kAlreadyThere;
using scenario::kRefused;
using scenario::kRemoved;
using scenario::kType;
using scenario::log_text;
using World = scenario::TokenWorld;

namespace {

config::Config with_policy(const std::function<void(config::Policy&)>& change) {
  config::Config config;
  config.policy.key_types = {"sk-ssh-ed25519@openssh.com", "ssh-ed25519"};
  change(config.policy);
  return config;
}

}  // namespace

TEST_CASE("a key is not to be made by U2F where policy cannot take it") {
  bool taken = false;
  auto config = with_policy([](config::Policy& policy) {
    policy.key_types.emplace_back("sk-ecdsa-sha2-nistp256@openssh.com");
  });
  SUBCASE("both kinds, all models") { taken = true; }
  SUBCASE("some models, which U2F does not name") { config.policy.aaguid_allow.emplace_back(); }
  SUBCASE("Ed25519 alone") { config.policy.key_types.pop_back(); }
  for (const bool asked : {false, true}) {
    World world(config);
    world.site.facts.key_types.emplace_back("sk-ecdsa-sha2-nistp256@openssh.com");
    world.tap();
    if (asked) {
      world.prove_code();
      world.ask_for_key();
    } else {
      world.plug_in();
    }
    const auto* order = world.crew.last_order<roles::MakeKey>();
    REQUIRE(order != nullptr);
    CHECK(order->no_u2f == (taken ? 0 : 1));
  }
}

TEST_CASE("nobody looks for a security key that could not be enrolled anyway") {
  config::Config config;
  SUBCASE("key_in_pi") {
    config = with_policy([](auto& policy) { policy.key_in_pi = false; });
  }
  SUBCASE("key types") {
    config = with_policy([](auto& policy) { policy.key_types = {"ssh-ed25519"}; });
  }
  SUBCASE("a type that sshd does not take") {
    config = with_policy(
        [](auto& policy) { policy.key_types = {"sk-ecdsa-sha2-nistp256@openssh.com"}; });
  }
  World world(config);
  world.tap();
  CHECK(world.phase() == Phase::open);
  CHECK(world.crew.watches_started == 0);
  world.prove_code();
  CHECK(world.phase() == Phase::code_proved);
}

TEST_CASE("user_verification and the kinds that policy takes are part of the order") {
  auto config = with_policy([](auto& policy) {
    policy.user_verification = true;
    policy.key_types = {"sk-ecdsa-sha2-nistp256@openssh.com"};
  });
  World world(config);
  world.site.facts.key_types = {"sk-ecdsa-sha2-nistp256@openssh.com"};
  world.tap();
  world.plug_in();
  REQUIRE(world.crew.last_order<roles::MakeKey>() != nullptr);
  CHECK(world.crew.last_order<roles::MakeKey>()->verify == 1);
  CHECK(world.crew.last_order<roles::MakeKey>()->algorithm == channel::TokenAlgorithm::ecdsa_p256);
}
