// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/device/environment.hpp"

namespace latchkey::fido::sim {

/// Signs for the outside: counted in the history, and wrong by a bit where the model does that.
[[nodiscard]] Result<Bytes> sign(Environment& env, const SigningKey& key, ByteView message);

}  // namespace latchkey::fido::sim
