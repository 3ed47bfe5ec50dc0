// SPDX-License-Identifier: MIT
#include "hal/fido/sim/device/state.hpp"

#include <utility>

namespace latchkey::fido::sim {

Result<void> reset(State& state, crypto::Random& random) {
  State fresh{.factory = state.factory};
  if (auto filled = random.fill(fresh.wrapping_key); !filled) return filled;
  state = std::move(fresh);
  return {};
}

}  // namespace latchkey::fido::sim
