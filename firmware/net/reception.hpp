// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "core/crypto/random.hpp"
#include "firmware/net/limits.hpp"
#include "firmware/net/window_facts.hpp"
#include "firmware/roles/role_channel.hpp"

namespace latchkey::net {

/// Everybody who comes during one window, and the monitor behind them: who may stay, who has to
/// go, and which of the monitor's messages is for whom.
class Reception final {
 public:
  /// Owns the listening sockets and the monitor's channel. `random` must outlive this.
  Reception(roles::RoleChannel monitor, WindowFacts facts, const std::vector<int>& listeners,
            const Limits& limits, crypto::Random& random);
  ~Reception();
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;
  Reception(Reception&&) = delete;
  Reception& operator=(Reception&&) = delete;

  /// Runs until the monitor ends it, and says how: Errc::closed when its end was closed (the
  /// usual way), Errc::malformed or out_of_order when it said something that makes no sense.
  [[nodiscard]] Error run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace latchkey::net
