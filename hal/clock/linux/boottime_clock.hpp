// SPDX-License-Identifier: MIT
#pragma once

#include "hal/clock/clock.hpp"

namespace latchkey::clock {

/// The kernel's clocks: CLOCK_BOOTTIME and CLOCK_REALTIME, rounded down.
class BoottimeClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] WallTime wall() const override;
};

}  // namespace latchkey::clock
