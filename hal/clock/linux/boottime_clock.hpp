// SPDX-License-Identifier: MIT
#pragma once

#include "hal/clock/clock.hpp"

namespace latchkey::clock {

/// The kernel's clocks: CLOCK_BOOTTIME and CLOCK_REALTIME, rounded down. It is synchronised as far
/// as the kernel was told so (adjtimex(2)), which timesyncd, chrony and ntpd all do.
class BoottimeClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] WallTime wall() const override;
  [[nodiscard]] bool synchronised() const override;
};

}  // namespace latchkey::clock
