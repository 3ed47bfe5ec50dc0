// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/device/environment.hpp"

namespace latchkey::fido::sim {

/// Answers one U2F request (FIDO U2F Raw Message Formats v1.2): an extended-length APDU in, data
/// and status word out. Never waits: without a touch the answer is 6985 at once, and the client
/// asks again. `person` is asked only where the command needs presence.
[[nodiscard]] Bytes answer_u2f(Environment& env, ByteView apdu, const Person& person);

}  // namespace latchkey::fido::sim
