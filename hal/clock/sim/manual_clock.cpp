// SPDX-License-Identifier: MIT
#include "hal/clock/sim/manual_clock.hpp"

#include <algorithm>

#include "hal/clock/sim/manual_alarm.hpp"

namespace latchkey::clock {

ManualClock::ManualClock(Instant now, WallTime wall)
    : start_(now), now_(now), wall_at_start_(wall) {}

WallTime ManualClock::wall() const {
  return wall_at_start_ + std::chrono::floor<std::chrono::seconds>(now_ - start_);
}

void ManualClock::advance(Millis step) {
  now_ += std::max(step, Millis::zero());
  for (auto* alarm : alarms_) alarm->ring_if_due();
}

void ManualClock::jump_wall(std::chrono::seconds step) { wall_at_start_ += step; }

std::optional<Instant> ManualClock::next_alarm() const {
  std::optional<Instant> earliest;
  for (const auto* alarm : alarms_) {
    if (alarm->rings() || !alarm->when()) continue;
    if (!earliest || *alarm->when() < *earliest) earliest = alarm->when();
  }
  return earliest;
}

bool ManualClock::advance_to_next_alarm() {
  const auto next = next_alarm();
  if (next) advance(*next - now_);
  return next.has_value();
}

void ManualClock::attach(ManualAlarm& alarm) { alarms_.push_back(&alarm); }

void ManualClock::detach(const ManualAlarm& alarm) {
  alarms_.erase(std::remove(alarms_.begin(), alarms_.end(), &alarm), alarms_.end());
}

}  // namespace latchkey::clock
