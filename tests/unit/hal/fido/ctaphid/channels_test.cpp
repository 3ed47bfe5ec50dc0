// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/channels.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::bench;

namespace {

/// Always the same bytes, as a broken generator gives them.
class StuckRandom final : public crypto::Random {
 public:
  explicit StuckRandom(std::uint8_t byte) : byte_(byte) {}
  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> output) override {
    for (auto& byte : output) byte = byte_;
    return {};
  }

 private:
  std::uint8_t byte_;
};

}  // namespace

TEST_CASE("a channel is known once it was opened") {
  Channels channels;
  CountingRandom random;
  CHECK(!channels.use(0x01020304));
  CHECK(channels.open(random) == ChannelId{0x01020304});
  CHECK(channels.use(0x01020304));
  CHECK(!channels.use(0));
  CHECK(!channels.use(kBroadcast));
}

TEST_CASE("no channel is 0, the broadcast or twice the same, whatever the randomness") {
  for (const auto byte : std::initializer_list<std::uint8_t>{0x00, 0xFF, 0x42}) {
    Channels channels;
    StuckRandom random(byte);
    std::set<ChannelId> seen{0, kBroadcast};
    for (std::size_t i = 0; i < Channels::kMax; ++i) {
      CHECK(seen.insert(channels.open(random).value()).second);
    }
  }
}

TEST_CASE("the channel unused for longest makes room for a new one") {
  Channels channels;
  CountingRandom random;
  std::vector<ChannelId> opened;
  for (std::size_t i = 0; i < Channels::kMax; ++i) opened.push_back(channels.open(random).value());
  CHECK(channels.use(opened[0]));
  (void)channels.open(random);
  CHECK(channels.use(opened[0]));
  CHECK(!channels.use(opened[1]));
  CHECK(channels.use(opened[2]));
}

TEST_CASE("without randomness there is no channel") {
  Channels channels;
  CountingRandom random;
  random.fails = true;
  CHECK(channels.open(random).error().is(Errc::entropy));
}
