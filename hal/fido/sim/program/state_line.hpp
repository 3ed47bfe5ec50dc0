// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/fido/sim/device/state.hpp"
#include "hal/fido/sim/simulated_key.hpp"

namespace latchkey::fido::sim {

/// The answer to `state`: one line of JSON, fields in the order of the reference page. `key` is
/// nullptr while it is not plugged in; the history counts are zero then.
[[nodiscard]] std::string state_line(const Model& model, const State& state,
                                     const SimulatedKey* key, Reply standing);

/// Of a credential it says less than the state; of events, what the state does not know.
inline constexpr std::size_t kMaxStateLine = kMaxStateSize + kMaxEvents * 128;

/// "touch", "verification" or "nothing".
[[nodiscard]] const char* name_of_wait(const Request* waiting);

}  // namespace latchkey::fido::sim
