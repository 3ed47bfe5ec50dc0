// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

namespace {

const Bytes kNonce(8, 0x55);

/// A conversation with everything in it; the channel is the one that INIT opens first.
std::vector<Report> conversation() {
  constexpr ChannelId kChannel = 0x01020304;
  std::vector<Report> reports;
  const auto add = [&](ChannelId channel, HidCommand command, ByteView payload) {
    for (const auto& report : cut(channel, command, payload)) reports.push_back(report);
  };
  add(kBroadcast, HidCommand::init, kNonce);
  add(kChannel, HidCommand::cbor, Bytes{ScriptedAuthenticator::kGetInfo});
  add(kChannel, HidCommand::ping, Bytes(150, 0x11));
  add(kChannel, HidCommand::msg, Bytes(70, 0x22));
  add(kChannel, HidCommand::wink, {});
  add(kChannel, HidCommand::cbor, Bytes(100, ScriptedAuthenticator::kTouch));
  add(kChannel, HidCommand::cancel, {});
  return reports;
}

/// After INIT on a channel it always answers a PING, on that channel and on a new one.
void require_alive(Bench& bench) {
  const auto answers = [&](ChannelId channel) {
    (void)bench.receive_all();
    REQUIRE(bench.call(channel, HidCommand::init, kNonce));
    REQUIRE(bench.call(channel, HidCommand::ping, Bytes(100)) ==
            Received{channel, HidCommand::ping, Bytes(100)});
    REQUIRE(!bench.receive());
  };
  if (bench.key.wakes_at()) bench.pass(Millis(30'000));
  (void)bench.receive_all();
  answers(bench.open());
}

/// The same at once, where the broken reports left the first channel.
void require_alive_at_once(Bench& bench) {
  constexpr ChannelId kChannel = 0x01020304;
  (void)bench.receive_all();
  bench.send(kChannel, HidCommand::init, kNonce);
  const auto answer = bench.receive();
  REQUIRE(answer);
  if (answer->command != HidCommand::init) return;  // no such channel: INIT was broken
  REQUIRE(bench.call(kChannel, HidCommand::ping, Bytes(100)) ==
          Received{kChannel, HidCommand::ping, Bytes(100)});
}

}  // namespace

TEST_CASE("no flipped bit leaves the key stuck") {
  const auto good = conversation();
  for (std::size_t which = 0; which < good.size(); ++which) {
    // Of a continuation's or a PING's payload a few bits are as good as all.
    for (std::size_t bit = 0; bit < 16 * 8; ++bit) {
      auto reports = good;
      reports[which].at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8);
      Bench bench;
      for (const auto& report : reports) bench.send(report);
      require_alive_at_once(bench);
      require_alive(bench);
    }
  }
}

TEST_CASE("no missing, repeated or exchanged report leaves the key stuck") {
  const auto good = conversation();
  const auto play = [](const std::vector<Report>& reports) {
    Bench bench;
    for (const auto& report : reports) bench.send(report);
    require_alive_at_once(bench);
    require_alive(bench);
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto missing = good;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    play(missing);
    auto repeated = good;
    repeated.insert(repeated.begin() + static_cast<std::ptrdiff_t>(i), good[i]);
    play(repeated);
    auto exchanged = good;
    std::swap(exchanged[i], exchanged[(i + 1) % good.size()]);
    play(exchanged);
    play({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(i)});
  }
}

TEST_CASE("reports cut off anywhere, and filled with zeros, leave the key alive") {
  const auto good = conversation();
  for (std::size_t which = 0; which < good.size(); ++which) {
    for (std::size_t size = 0; size < kReportSize; ++size) {
      auto reports = good;
      std::fill(reports[which].begin() + static_cast<std::ptrdiff_t>(size), reports[which].end(),
                std::uint8_t{0});
      Bench bench;
      for (const auto& report : reports) bench.send(report);
      require_alive_at_once(bench);
      require_alive(bench);
    }
  }
}

TEST_CASE("a client that never reads cannot fill the key") {
  Bench bench;
  const auto channel = bench.open();
  for (int i = 0; i < 100; ++i) bench.send(channel, HidCommand::ping, Bytes(7609));
  std::size_t reports = 0;
  while (bench.key.give()) ++reports;
  CHECK(reports == Outgoing::kMax);
  CHECK(bench.call(channel, HidCommand::ping, Bytes(1)));
}

TEST_CASE("a client that opens channel after channel cannot fill the key") {
  Bench bench;
  for (int i = 0; i < 1000; ++i) (void)bench.open();
  const auto channel = bench.open();
  CHECK(bench.call(channel, HidCommand::ping, Bytes(1)));
}
