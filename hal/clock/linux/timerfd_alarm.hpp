// SPDX-License-Identifier: MIT
#pragma once

#include "core/error.hpp"
#include "hal/clock/clock.hpp"
#include "hal/descriptor.hpp"

namespace latchkey::clock {

/// A timerfd on CLOCK_BOOTTIME: non-blocking, close-on-exec. It counts time asleep, but does not
/// wake a suspended machine.
class TimerfdAlarm final : public Alarm {
 public:
  /// Fails with the errno of timerfd_create(2): out of descriptors or memory.
  [[nodiscard]] static Result<TimerfdAlarm> open();

  void set(std::optional<Instant> when) override;
  /// Drops an instant that is still to come as well.
  void acknowledge() override;
  [[nodiscard]] int descriptor() const override { return timer_.number(); }

 private:
  explicit TimerfdAlarm(hal::Descriptor timer) noexcept : timer_(std::move(timer)) {}

  hal::Descriptor timer_;
  bool set_ = false;
};

}  // namespace latchkey::clock
