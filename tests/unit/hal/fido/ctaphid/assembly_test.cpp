// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/assembly.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

TEST_CASE("messages of every length come together") {
  constexpr Instant kNow{Millis(5)};
  for (const auto size :
       std::initializer_list<std::size_t>{0, 1, 56, 57, 58, 115, 116, 117, 1200, 7608, 7609}) {
    CAPTURE(size);
    Bytes payload(size);
    std::iota(payload.begin(), payload.end(), std::uint8_t{1});
    const auto reports = cut(7, HidCommand::ping, payload);
    Assembly message(parse(reports.front()), kNow);
    for (std::size_t i = 1; i < reports.size(); ++i) {
      REQUIRE(!message.complete());
      REQUIRE(message.add(parse(reports[i]), kNow));
    }
    CHECK(message.complete());
    CHECK(message.payload() == payload);
    CHECK(message.channel() == 7);
    CHECK(message.command() == HidCommand::ping);
  }
}

TEST_CASE("each packet gives the next one time") {
  constexpr Instant kNow{Millis(5)};
  const auto reports = cut(7, HidCommand::ping, Bytes(200));
  Assembly message(parse(reports[0]), kNow);
  CHECK(message.deadline() == kNow + Millis(500));
  CHECK(message.add(parse(reports[1]), kNow + Millis(400)));
  CHECK(message.deadline() == kNow + Millis(900));
}

TEST_CASE("packets out of sequence are refused") {
  constexpr Instant kNow{};
  const auto reports = cut(7, HidCommand::ping, Bytes(300));
  Assembly skipped(parse(reports[0]), kNow);
  CHECK(!skipped.add(parse(reports[2]), kNow));
  Assembly repeated(parse(reports[0]), kNow);
  CHECK(repeated.add(parse(reports[1]), kNow));
  CHECK(!repeated.add(parse(reports[1]), kNow));
}
