// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/time.hpp"

namespace latchkey::clock {

/// What time it is.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;    ///< CLOCK_BOOTTIME
  [[nodiscard]] virtual WallTime wall() const = 0;  ///< CLOCK_REALTIME: for logs and expiry only
  /// Whether the wall clock is kept by a time service now. A Pi without one may be years off: then
  /// the dates of certificates do not count.
  [[nodiscard]] virtual bool synchronised() const = 0;
};

/// Wakes its owner at an instant. Costs nothing while unset.
class Alarm {
 public:
  virtual ~Alarm() = default;
  /// Becomes readable at `when` (at once if that is past); nullopt: never.
  virtual void set(std::optional<Instant> when) = 0;
  /// Makes the descriptor unreadable again until the next set().
  virtual void acknowledge() = 0;
  [[nodiscard]] virtual int descriptor() const = 0;  ///< to poll for reading; owned by the alarm
};

}  // namespace latchkey::clock
