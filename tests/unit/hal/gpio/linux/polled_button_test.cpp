// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/polled_button.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <functional>
#include <random>
#include <vector>

#include "core/pairing/gestures.hpp"
#include "hal/clock/sim/manual_alarm.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "tests/unit/hal/clock/readable.hpp"
#include "tests/unit/hal/gpio/linux/scripted_line.hpp"

using namespace latchkey;
using gpio::kPollPeriod;
using gpio::PolledButton;
using test::readable;

namespace {

struct Bench {
  clock::ManualClock clock;
  clock::ManualAlarm alarm{clock};
  test::ScriptedLine::Script script;

  std::unique_ptr<PolledButton> open() {
    auto button = PolledButton::open(std::make_unique<test::ScriptedLine>(script), clock, alarm,
                                     "line GPIO17");
    REQUIRE(button.has_value());
    return *std::move(button);
  }
};

}  // namespace

TEST_CASE("a polled line is looked at when the alarm rings, and not between") {
  Bench bench;
  const auto button = bench.open();
  CHECK(button->descriptor() == bench.alarm.descriptor());
  CHECK(bench.script.looks == 1);
  CHECK(button->remark().find("line GPIO17 gives no edges (") == 0);
  CHECK(button->remark().find("50 times a second") != std::string::npos);
  bench.script.active = true;
  bench.clock.advance(kPollPeriod - Millis(1));
  CHECK_FALSE(readable(button->descriptor()));
  CHECK_FALSE(button->next_edge()->has_value());
  CHECK(bench.script.looks == 1);

  bench.clock.advance(Millis(1));
  CHECK(readable(button->descriptor()));
  const auto edge = button->next_edge();
  REQUIRE((edge.has_value() && edge->has_value()));
  CHECK((*edge)->pressed);
  CHECK((*edge)->at == bench.clock.now());
  CHECK_FALSE(button->next_edge()->has_value());
  CHECK_FALSE(readable(button->descriptor()));
  CHECK(bench.script.looks == 2);
}

TEST_CASE("a polled button goes on ringing, and tells changes alone") {
  Bench bench;
  bench.script.active = true;  // pressed before anybody looked: no edge
  const auto button = bench.open();
  for (int i = 0; i < 3; ++i) {
    REQUIRE(bench.clock.advance_to_next_alarm());
    CHECK_FALSE(button->next_edge()->has_value());
  }
  CHECK(button->is_pressed() == true);
  bench.script.active = false;
  REQUIRE(bench.clock.advance_to_next_alarm());
  const auto edge = button->next_edge();
  REQUIRE((edge.has_value() && edge->has_value()));
  CHECK_FALSE((*edge)->pressed);
}

TEST_CASE("after a change it looks quickly until the line is quiet, then as before") {
  static_assert(gpio::kSettled > pairing::GestureTimes{}.debounce);
  Bench bench;
  const auto button = bench.open();
  bench.script.active = true;
  REQUIRE(bench.clock.advance_to_next_alarm());
  REQUIRE(button->next_edge()->has_value());
  const auto change = bench.clock.now();
  bench.script.looks = 0;
  while (bench.clock.now() < change + gpio::kSettled) {
    CHECK(bench.alarm.when() == bench.clock.now() + gpio::kQuickPeriod);
    REQUIRE(bench.clock.advance_to_next_alarm());
    CHECK_FALSE(button->next_edge()->has_value());
  }
  CHECK(bench.script.looks == gpio::kSettled / gpio::kQuickPeriod);
  CHECK(bench.alarm.when() == bench.clock.now() + kPollPeriod);
}

namespace {

/// The button's edges as the monitor takes them; `line` says what it reads, by the time.
std::vector<pairing::Gesture> gestures_of(Millis length, const std::function<bool(Millis)>& line,
                                          Millis stall = Millis(0)) {
  Bench bench;
  bench.script.active = false;
  const auto button = bench.open();
  const auto start = bench.clock.now();
  pairing::GestureRecognizer gestures(start, false);
  std::vector<pairing::Gesture> told;
  const auto note = [&](std::optional<pairing::Gesture> gesture) {
    if (gesture) told.push_back(*gesture);
  };
  while (bench.clock.now() < start + length) {
    REQUIRE(bench.clock.advance_to_next_alarm());
    bench.clock.advance(stall);
    const auto now = bench.clock.now();
    bench.script.active = line(now - start);
    const auto edge = button->next_edge();
    REQUIRE(edge.has_value());
    if (*edge) note(gestures.feed({(*edge)->at, (*edge)->pressed, (*edge)->after_loss}));
    note(gestures.advance(now));
  }
  return told;
}

}  // namespace

TEST_CASE("a finger on a polled button is a press") {
  const auto finger = [](Millis time) { return time >= Millis(101) && time < Millis(190); };
  CHECK(gestures_of(Millis(1000), finger) == std::vector{pairing::Gesture::short_press});
}

TEST_CASE("noise on a polled line is no gesture, however slow it looks") {
  const Millis minute{60'000};
  SUBCASE("at random") {
    std::mt19937 random(5);
    CHECK(gestures_of(minute, [&](Millis) { return random() % 2 == 0; }).empty());
  }
  SUBCASE("hum of 50 Hz, and what a look each 20 ms makes of nearly 50") {
    for (const int period : {19'999, 20'000, 20'011, 20'200, 16'667}) {
      CAPTURE(period);
      CHECK(gestures_of(minute, [&](Millis time) {
              return time.count() * 1000 % period < period / 2;
            }).empty());
    }
  }
  SUBCASE("and each look late") {
    std::mt19937 random(5);
    CHECK(gestures_of(
              minute, [&](Millis) { return random() % 2 == 0; }, Millis(35))
              .empty());
  }
}

TEST_CASE("a polled line that fails is an error, and not a busy loop") {
  Bench bench;
  const auto button = bench.open();
  bench.script.error = ENODEV;
  REQUIRE(bench.clock.advance_to_next_alarm());
  const auto edge = button->next_edge();
  REQUIRE_FALSE(edge.has_value());
  CHECK(edge.error().code == std::error_code(ENODEV, std::system_category()));
  CHECK(edge.error().doing.find("reading line GPIO17, whose GPIO chip is gone") == 0);
  CHECK_FALSE(readable(button->descriptor()));
  CHECK(bench.alarm.when() == bench.clock.now() + kPollPeriod);
}

TEST_CASE("a polled line that cannot be read is refused at the start; the alarm is left alone") {
  Bench bench;
  bench.script.error = EIO;
  const auto button = PolledButton::open(std::make_unique<test::ScriptedLine>(bench.script),
                                         bench.clock, bench.alarm, "line GPIO17");
  REQUIRE_FALSE(button.has_value());
  CHECK(button.error().doing == "reading line GPIO17");
  CHECK_FALSE(bench.alarm.when().has_value());
}

TEST_CASE("the alarm is silent when the button is gone") {
  Bench bench;
  bench.open().reset();
  CHECK_FALSE(bench.alarm.when().has_value());
}
