// SPDX-License-Identifier: MIT
// A token role that dies, cannot be started, or was taken over.
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

TEST_CASE("a token role that dies takes the window along, but nothing that is written") {
  World world;
  world.tap();
  SUBCASE("open") { world.token_dies(); }
  SUBCASE("with a peer") {
    world.greet();
    world.token_dies();
  }
  SUBCASE("before the touch") {
    world.plug_in();
    world.token_dies();
  }
  SUBCASE("while its key is checked") {
    world.plug_in();
    world.key_is_made();
    world.token_dies();
  }
  SUBCASE("asked to sign") {
    world.plug_in();
    world.key_is_made();
    world.proof_wants_signature(kType);
    world.token_dies();
  }
  SUBCASE("deaf when it gets its order") {
    world.crew.deaf = true;
    world.plug_in();
  }
  CHECK(world.led() == "fault");
  world.check_end("service_failed");
  CHECK(world.handles_kept() == 0);
}

TEST_CASE("a token role that cannot be started is a fault") {
  World world;
  world.crew.cannot_start = true;
  world.tap();
  world.check_end("service_failed");
}

TEST_CASE("a token role that says what it may not is not believed") {
  World world;
  world.tap();
  roles::KeyMade made;
  (void)made.made.key.assign(as_bytes("a key"));
  SUBCASE("a key that nobody ordered") { world.token_says(made); }
  SUBCASE("a key that nobody ordered, while a peer proves the code") {
    world.greet();
    world.token_says(made);
  }
  SUBCASE("failed at nothing") { world.token_fails(); }
  SUBCASE("a PIN that nobody could type") {
    world.plug_in();
    world.token_says(roles::PinWanted{});
  }
  SUBCASE("a second key") {
    world.plug_in();
    world.token_says(made);
    world.token_says(made);
  }
  SUBCASE("failed after all") {
    world.plug_in();
    world.token_says(made);
    world.token_fails();
  }
  SUBCASE("a PIN when all is made") {
    world.plug_in();
    world.token_says(made);
    world.token_says(roles::PinWanted{});
  }
  CHECK(world.led() == "fault");
  CHECK(world.crew.orders.empty());
  CHECK(log_text(world).find("latchkey-token said what it may not") != std::string::npos);
  world.check_end("protocol_violation");
}
