// SPDX-License-Identifier: MIT
#include "hal/clock/linux/timerfd_alarm.hpp"

#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace latchkey::clock {

Result<TimerfdAlarm> TimerfdAlarm::open() {
  hal::Descriptor timer(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer.open()) return fail_errno(errno, "making a timer");
  return TimerfdAlarm(std::move(timer));
}

void TimerfdAlarm::set(std::optional<Instant> when) {
  // At rest nothing is set, and setting nothing again must not be a system call.
  if (!when && !set_) return;
  itimerspec at{};
  if (when) {
    const auto since_boot = std::max(when->time_since_epoch(), Millis::zero());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    // 32-bit systems: time_t ends after 68 years of uptime.
    at.it_value.tv_sec = static_cast<time_t>(
        std::min<std::chrono::seconds::rep>(seconds.count(), std::numeric_limits<time_t>::max()));
    at.it_value.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since_boot - seconds).count());
    // All zero would switch the timer off; boot was long ago, so 1 ns is "at once" too.
    if (since_boot == Millis::zero()) at.it_value.tv_nsec = 1;
  }
  // Cannot fail: the descriptor is a timer and the time is normalised.
  ::timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &at, nullptr);
  set_ = when.has_value();
}

void TimerfdAlarm::acknowledge() {
  // Switching a timer off forgets its expirations, so that nothing is left to read.
  set(std::nullopt);
}

}  // namespace latchkey::clock
