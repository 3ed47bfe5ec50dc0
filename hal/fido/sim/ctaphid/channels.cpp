// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctaphid/channels.hpp"

#include <algorithm>
#include <array>

namespace latchkey::fido::sim {

Result<ChannelId> Channels::open(crypto::Random& random) {
  std::array<std::uint8_t, 4> bytes{};
  if (auto filled = random.fill(bytes); !filled) return fail(std::move(filled));
  ChannelId channel = 0;
  for (const auto byte : bytes) channel = channel << 8U | byte;
  const auto taken = [this](ChannelId id) {
    return id == 0 || id == kBroadcast || std::count(channels_.begin(), channels_.end(), id) != 0;
  };
  while (taken(channel)) ++channel;
  if (channels_.size() == kMax) channels_.pop_front();
  channels_.push_back(channel);
  return channel;
}

bool Channels::use(ChannelId channel) {
  const auto found = std::find(channels_.begin(), channels_.end(), channel);
  if (found == channels_.end()) return false;
  std::rotate(found, found + 1, channels_.end());
  return true;
}

}  // namespace latchkey::fido::sim
