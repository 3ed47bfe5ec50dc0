// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "core/time.hpp"

namespace latchkey::files {

/// Calls `attempt` until it returns true, every 200 microseconds, for at most `limit`.
[[nodiscard]] bool retry_for(Millis limit, const std::function<bool()>& attempt);

}  // namespace latchkey::files
