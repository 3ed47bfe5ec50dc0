// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include "core/time.hpp"

namespace latchkey::gpio {

/// From the kernel's line events, which it stamps on CLOCK_MONOTONIC (since Linux 5.7, if nothing
/// else is asked for), to our time scale, CLOCK_BOOTTIME. The two differ by the time slept since
/// boot; that difference is measured when the events are read. An event that waited unread while
/// the machine slept gets a stamp too late by that sleep, but never one in the future.
class EventClock final {
 public:
  /// One moment on both clocks.
  EventClock(std::chrono::nanoseconds monotonic, std::chrono::nanoseconds boot) noexcept
      : monotonic_(monotonic), boot_(boot) {}

  [[nodiscard]] static EventClock measure() noexcept;

  /// Rounded down, as all instants are.
  [[nodiscard]] Instant instant(std::chrono::nanoseconds monotonic) const noexcept;

 private:
  std::chrono::nanoseconds monotonic_;
  std::chrono::nanoseconds boot_;
};

}  // namespace latchkey::gpio
