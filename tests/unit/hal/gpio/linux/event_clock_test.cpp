// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/event_clock.hpp"

#include <doctest/doctest.h>

#include "hal/clock/linux/boottime_clock.hpp"

using namespace latchkey;
using gpio::EventClock;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST_CASE("an event's time is put forward by the time slept since boot") {
  const EventClock clock(seconds(100), seconds(160));
  CHECK(clock.instant(seconds(100)) == Instant(seconds(160)));
  CHECK(clock.instant(seconds(97)) == Instant(seconds(157)));
}

TEST_CASE("instants of events are rounded down like all others") {
  const EventClock clock(nanoseconds(5'000'000), nanoseconds(7'400'000));
  CHECK(clock.instant(nanoseconds(5'000'000)) == Instant(Millis(7)));
  CHECK(clock.instant(nanoseconds(4'600'000)) == Instant(Millis(7)));
  CHECK(clock.instant(nanoseconds(4'599'999)) == Instant(Millis(6)));
}

TEST_CASE("no event is in the future") {
  const EventClock clock(seconds(100), seconds(160));
  CHECK(clock.instant(seconds(1'700'000'000)) == Instant(seconds(160)));
}

TEST_CASE("the clocks of this machine are measured") {
  const clock::BoottimeClock boot;
  const auto before = boot.now();
  const auto last = EventClock::measure().instant(nanoseconds::max());
  CHECK(last >= before);
  CHECK(last <= boot.now());
}
