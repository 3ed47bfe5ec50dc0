// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/device/environment.hpp"
#include "hal/fido/sim/device/outcome.hpp"

namespace latchkey::fido::sim {

/// Signs with the next of the credentials, and answers (CTAP 2.1 section 6.2.3). The first answer
/// says how many there are, where there are several.
[[nodiscard]] Bytes answer_assertion(Environment& env, Session::PendingAssertions& assertions);

}  // namespace latchkey::fido::sim
