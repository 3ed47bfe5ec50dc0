// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/event_clock.hpp"

#include <algorithm>
#include <ctime>
#include <optional>

namespace latchkey::gpio {
namespace {

std::chrono::nanoseconds read_clock(clockid_t which) noexcept {
  timespec time{};
  ::clock_gettime(which, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

EventClock EventClock::measure() noexcept {
  // Boot time in the middle of two readings of the other. Of a few tries the one that was disturbed
  // least: this program may be interrupted between them.
  constexpr int kTries = 3;
  constexpr std::chrono::microseconds kGood{20};
  std::optional<EventClock> best;
  auto narrowest = std::chrono::nanoseconds::max();
  for (int tries = 0; tries < kTries && narrowest > kGood; ++tries) {
    const auto before = read_clock(CLOCK_MONOTONIC);
    const auto boot = read_clock(CLOCK_BOOTTIME);
    const auto width = read_clock(CLOCK_MONOTONIC) - before;
    if (best && width >= narrowest) continue;
    narrowest = width;
    best.emplace(before + width / 2, boot);
  }
  return *best;
}

Instant EventClock::instant(std::chrono::nanoseconds monotonic) const noexcept {
  const auto ago = std::max(monotonic_ - monotonic, std::chrono::nanoseconds::zero());
  return Instant(std::chrono::floor<Millis>(boot_ - ago));
}

}  // namespace latchkey::gpio
