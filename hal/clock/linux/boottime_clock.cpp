// SPDX-License-Identifier: MIT
#include "hal/clock/linux/boottime_clock.hpp"

#include <sys/timex.h>
#include <ctime>

namespace latchkey::clock {
namespace {

timespec read_clock(clockid_t which) {
  timespec time{};
  // Cannot fail: both clocks exist in every kernel that runs Debian 12.
  ::clock_gettime(which, &time);
  return time;
}

}  // namespace

Instant BoottimeClock::now() const {
  const auto time = read_clock(CLOCK_BOOTTIME);
  return Instant(std::chrono::seconds(time.tv_sec) +
                 std::chrono::floor<Millis>(std::chrono::nanoseconds(time.tv_nsec)));
}

WallTime BoottimeClock::wall() const {
  return WallTime(std::chrono::seconds(read_clock(CLOCK_REALTIME).tv_sec));
}

bool BoottimeClock::synchronised() const {
  timex state{};  // asks for no change
  const int answer = ::adjtimex(&state);
  // Forbidden or unknown counts as not synchronised: it only makes dates not count.
  return answer >= 0 && answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

}  // namespace latchkey::clock
