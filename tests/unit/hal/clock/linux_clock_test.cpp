// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/timex.h>

#include <chrono>
#include <ctime>

#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/clock/linux/timerfd_alarm.hpp"
#include "tests/unit/hal/clock/readable.hpp"

using namespace latchkey;
using clock::BoottimeClock;
using clock::TimerfdAlarm;
using test::readable;

namespace {

constexpr Millis kPatience{10'000};

Instant boottime() {
  timespec time{};
  REQUIRE(::clock_gettime(CLOCK_BOOTTIME, &time) == 0);
  return Instant(Millis(time.tv_sec * 1000 + time.tv_nsec / 1'000'000));
}

}  // namespace

TEST_CASE("the clock is the kernel's time since boot") {
  const auto before = boottime();
  const auto now = BoottimeClock().now();
  CHECK(now >= before);
  CHECK(now <= boottime());
}

TEST_CASE("the wall clock is UTC in whole seconds") {
  const auto before = std::chrono::system_clock::now();
  const auto wall = BoottimeClock().wall();
  CHECK(wall >= std::chrono::floor<std::chrono::seconds>(before));
  CHECK(wall <= std::chrono::system_clock::now());
}

TEST_CASE("the clock is synchronised when the kernel says so") {
  ntptimeval time{};
  const bool kept = ::ntp_gettime(&time) != TIME_ERROR;
  CHECK(BoottimeClock().synchronised() == kept);
}

TEST_CASE("an alarm that was never set stays quiet") {
  const auto alarm = TimerfdAlarm::open();
  REQUIRE(alarm.has_value());
  CHECK_FALSE(readable(alarm->descriptor()));
}

TEST_CASE("an alarm rings at its instant, not before") {
  auto alarm = TimerfdAlarm::open();
  REQUIRE(alarm.has_value());
  const BoottimeClock clock;
  const auto when = clock.now() + Millis(30);
  alarm->set(when);
  REQUIRE(readable(alarm->descriptor(), kPatience));
  CHECK(clock.now() >= when);
}

TEST_CASE("an instant that is past rings at once") {
  auto alarm = TimerfdAlarm::open();
  REQUIRE(alarm.has_value());
  for (const auto when : {boottime() - Millis(1), Instant(), Instant(Millis(-1)), Instant::min()}) {
    alarm->set(when);
    CHECK(readable(alarm->descriptor()));
    alarm->acknowledge();
    CHECK_FALSE(readable(alarm->descriptor()));
  }
}

TEST_CASE("an alarm can be taken back and set anew") {
  auto alarm = TimerfdAlarm::open();
  REQUIRE(alarm.has_value());
  alarm->set(Instant());
  alarm->set(std::nullopt);
  CHECK_FALSE(readable(alarm->descriptor()));
  alarm->set(Instant());
  alarm->set(Instant::max());
  CHECK_FALSE(readable(alarm->descriptor()));
  alarm->acknowledge();
  alarm->set(Instant());
  CHECK(readable(alarm->descriptor()));
}

TEST_CASE("an alarm's descriptor neither blocks nor reaches other programs") {
  const auto alarm = TimerfdAlarm::open();
  REQUIRE(alarm.has_value());
  CHECK((::fcntl(alarm->descriptor(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(alarm->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}
