// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/packet.hpp"

#include <doctest/doctest.h>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

TEST_CASE("an initial packet has a command and a length") {
  const auto bytes = report("01020304 90 1234 aabb");
  const auto packet = parse(bytes);
  CHECK(packet.channel == 0x01020304);
  CHECK(packet.initial);
  CHECK(packet.command == HidCommand::cbor);
  CHECK(packet.length == 0x1234);
  REQUIRE(packet.data.size() == 57);
  CHECK(packet.data[0] == 0xAA);
  CHECK(packet.data[1] == 0xBB);
}

TEST_CASE("a continuation has a sequence number") {
  const auto bytes = report("fffffffe 7f aabb");
  const auto packet = parse(bytes);
  CHECK(packet.channel == 0xFFFFFFFE);
  CHECK(!packet.initial);
  CHECK(packet.sequence == 0x7F);
  REQUIRE(packet.data.size() == 59);
  CHECK(packet.data[0] == 0xAA);
}

TEST_CASE("the longest message is the specification's 7609 bytes") {
  CHECK(kMaxHidMessage == 7609);
}
