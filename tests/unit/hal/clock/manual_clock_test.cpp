// SPDX-License-Identifier: MIT
#include "hal/clock/sim/manual_clock.hpp"

#include <doctest/doctest.h>

#include "hal/clock/sim/manual_alarm.hpp"
#include "tests/unit/hal/clock/readable.hpp"

using namespace latchkey;
using clock::ManualAlarm;
using clock::ManualClock;
using std::chrono::hours;
using std::chrono::seconds;
using test::readable;

TEST_CASE("a manual clock stands still until it is advanced") {
  ManualClock clock;
  const auto start = clock.now();
  const auto wall = clock.wall();
  CHECK(clock.now() == start);
  clock.advance(Millis(1'500));
  CHECK(clock.now() == start + Millis(1'500));
  CHECK(clock.wall() == wall + seconds(1));
  clock.advance(Millis(500));
  CHECK(clock.wall() == wall + seconds(2));
}

TEST_CASE("a manual clock is synchronised until it is told otherwise") {
  ManualClock clock;
  CHECK(clock.synchronised());
  clock.set_synchronised(false);
  CHECK_FALSE(clock.synchronised());
}

TEST_CASE("a manual clock never goes back") {
  ManualClock clock;
  const auto start = clock.now();
  clock.advance(Millis(-1));
  CHECK(clock.now() == start);
}

TEST_CASE("the wall clock jumps alone") {
  ManualClock clock;
  const auto start = clock.now();
  const auto wall = clock.wall();
  clock.jump_wall(-hours(24 * 365));
  CHECK(clock.wall() == wall - hours(24 * 365));
  CHECK(clock.now() == start);
}

TEST_CASE("a manual alarm rings exactly at its instant") {
  ManualClock clock;
  ManualAlarm alarm(clock);
  alarm.set(clock.now() + Millis(100));
  clock.advance(Millis(99));
  CHECK_FALSE(readable(alarm.descriptor()));
  clock.advance(Millis(1));
  CHECK(readable(alarm.descriptor()));
  clock.advance(Millis(1));
  alarm.acknowledge();
  CHECK_FALSE(readable(alarm.descriptor()));
  clock.advance(Millis(1'000));
  CHECK_FALSE(readable(alarm.descriptor()));
}

TEST_CASE("a manual alarm set to the past rings at once, and setting it anew silences it") {
  ManualClock clock;
  ManualAlarm alarm(clock);
  alarm.set(clock.now());
  CHECK(readable(alarm.descriptor()));
  alarm.set(clock.now() + Millis(1));
  CHECK_FALSE(readable(alarm.descriptor()));
  alarm.set(std::nullopt);
  clock.advance(Millis(1));
  CHECK_FALSE(readable(alarm.descriptor()));
}

TEST_CASE("a manual clock goes from alarm to alarm") {
  ManualClock clock;
  const auto start = clock.now();
  ManualAlarm late(clock);
  late.set(start + Millis(500));
  {
    ManualAlarm early(clock);
    early.set(start + Millis(200));
    CHECK(clock.next_alarm() == start + Millis(200));
    CHECK(clock.advance_to_next_alarm());
    CHECK(early.rings());
    CHECK_FALSE(late.rings());
    early.set(start + Millis(300));
  }
  CHECK(clock.advance_to_next_alarm());
  CHECK(clock.now() == start + Millis(500));
  CHECK(late.rings());
  CHECK_FALSE(clock.advance_to_next_alarm());
}
