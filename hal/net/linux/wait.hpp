// SPDX-License-Identifier: MIT
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

namespace latchkey::net {

/// CLOCK_BOOTTIME.
[[nodiscard]] Instant boot_time() noexcept;

/// Waits until the descriptor is ready for `events` (poll(2)) or has failed. Errc::timed_out.
[[nodiscard]] Result<void> wait_until_ready(int descriptor, short events, Instant deadline);

}  // namespace latchkey::net
