// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/error.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::monitor {

/// The state folder for one daemon: two would break the chain of its log. Held, by flock(2) on the
/// file "lock" in it, for as long as the descriptor is open, and by the kernel no longer than we
/// live. Take it before anything of the folder is read. Errc::already_exists: another daemon has
/// it; else errno.
[[nodiscard]] Result<hal::Descriptor> lock_state(const std::string& folder);

}  // namespace latchkey::monitor
