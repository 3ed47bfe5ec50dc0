// SPDX-License-Identifier: MIT
#pragma once

#include <deque>

#include "core/crypto/random.hpp"
#include "hal/fido/sim/ctaphid/packet.hpp"

namespace latchkey::fido::sim {

/// The channels that were handed out. Clients never give one back, so that the one unused for
/// longest is forgotten when there would be too many.
class Channels final {
 public:
  static constexpr std::size_t kMax = 64;

  /// A new channel. Errc::entropy.
  [[nodiscard]] Result<ChannelId> open(crypto::Random& random);
  /// Whether it is one of ours; if so, it counts as used now.
  [[nodiscard]] bool use(ChannelId channel);

 private:
  std::deque<ChannelId> channels_;  ///< last used last
};

}  // namespace latchkey::fido::sim
