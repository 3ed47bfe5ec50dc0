// SPDX-License-Identifier: MIT
// The handle of a key that was made at the Pi: when it is kept, and when it is forgotten.
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

TEST_CASE("a line that cannot be written leaves no handle") {
  World world;
  world.make_key();
  world.proof_holds(kType);
  world.writer_says(kRefused, "The disk is full.");
  world.check_end("write_failed");
  CHECK(world.handles_kept() == 0);
}

TEST_CASE("a handle that cannot be kept is said, and the line stands") {
  World world;
  std::filesystem::create_directories(world.folder / "handles.json.new");
  world.make_key();
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  CHECK(world.phase() == Phase::done);
  CHECK(log_text(world).find("could not keep its handle") != std::string::npos);
}

TEST_CASE("undo takes the line out, and the handle with it") {
  World world;
  world.make_key();
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  REQUIRE(world.handles_kept() == 1);
  world.hold(3100ms);
  REQUIRE(std::holds_alternative<roles::RemoveLine>(world.crew.orders.back()));
  SUBCASE("taken out") {
    world.writer_says(kRemoved, "Taken out.");
    CHECK(world.handles_kept() == 0);
    CHECK(world.led() == "undone");
    world.check_end("undone");
  }
  SUBCASE("not taken out") {
    world.writer_says(kRefused, "The disk is full.");
    CHECK(world.handles_kept() == 1);
    world.check_end("removal_failed");
  }
}

TEST_CASE("a host that leaves while the line is written finds its handle with adopt") {
  World world;
  world.ask();
  world.plug_in();
  world.key_is_made();
  world.proof_holds(kType);
  world.net_says(roles::PeerGone{});
  SUBCASE("added") {
    world.writer_says(kAdded, "Added.");
    CHECK(world.handles_kept() == 1);
  }
  SUBCASE("there before: whoever put it there has it") {
    world.writer_says(kAlreadyThere, "It was there.");
    CHECK(world.handles_kept() == 0);
  }
}

TEST_CASE("a handle that cannot be kept is no news to the host that is given it") {
  World world;
  std::filesystem::create_directories(world.folder / "handles.json.new" / "full");
  world.ask();
  world.plug_in();
  world.key_is_made();
  world.proof_holds(kType);
  world.writer_says(kAdded, "Added.");
  CHECK(world.answered() == ResultCode::added);
  CHECK(world.crew.last<roles::AnswerPeer>()->text.view() == "Added.");
  CHECK(log_text(world).find("\"event\":\"fault\"") != std::string::npos);
}

TEST_CASE("a handle that was kept before outlives a login with a line that was there") {
  World world;
  channel::KeyHandle before;
  before.key = to_bytes(as_bytes("a key"));
  before.handle = to_bytes(as_bytes("handle"));
  before.account = "pi";
  REQUIRE(world.handles->keep(before).has_value());
  world.ask();
  world.plug_in();
  world.key_is_made("a key", "signature");
  world.proof_holds(kType);
  world.writer_says(kAlreadyThere, "It was there.");
  world.net_says(roles::VerdictArrived{1});
  CHECK(world.handles_kept() == 1);
}

TEST_CASE("a key that was there before is handed over all the same") {
  World world;
  world.ask();
  world.plug_in();
  world.key_is_made("a key", "signature");
  world.proof_holds(kType);
  world.writer_says(kAlreadyThere, "It was there.");
  CHECK(world.answered() == ResultCode::already_there);
  CHECK(world.crew.count<roles::HandOver>() == 1);
}
