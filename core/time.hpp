// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace latchkey {

using Millis = std::chrono::milliseconds;

/// The time scale of everything that expires: milliseconds since boot, suspend included
/// (CLOCK_BOOTTIME), so that a jump of the wall clock changes nothing. It has no now():
/// core is told the time, hal/clock reads it.
struct BootTime {
  using rep = Millis::rep;
  using period = Millis::period;
  using duration = Millis;
  using time_point = std::chrono::time_point<BootTime>;
  // NOLINTNEXTLINE(readability-identifier-naming): the name that std::chrono asks for
  static constexpr bool is_steady = true;
};

using Instant = BootTime::time_point;

/// Seconds since 1970, UTC, for logs and expiry dates only.
using WallTime = std::chrono::sys_seconds;

}  // namespace latchkey
