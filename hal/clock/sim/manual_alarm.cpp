// SPDX-License-Identifier: MIT
#include "hal/clock/sim/manual_alarm.hpp"

#include <sys/eventfd.h>

#include "hal/clock/sim/manual_clock.hpp"

namespace latchkey::clock {

ManualAlarm::ManualAlarm(ManualClock& clock)
    : clock_(clock), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  clock_.attach(*this);
}

ManualAlarm::~ManualAlarm() { clock_.detach(*this); }

void ManualAlarm::set(std::optional<Instant> when) {
  silence();
  when_ = when;
  ring_if_due();
}

void ManualAlarm::ring_if_due() {
  if (rings_ || !when_ || *when_ > clock_.now()) return;
  rings_ = ::eventfd_write(event_.number(), 1) == 0;
}

void ManualAlarm::silence() {
  eventfd_t rung = 0;
  if (rings_) ::eventfd_read(event_.number(), &rung);
  rings_ = false;
}

}  // namespace latchkey::clock
