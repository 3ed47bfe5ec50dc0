// SPDX-License-Identifier: MIT
#include "hal/gpio/sim/manual_board.hpp"

#include <doctest/doctest.h>

#include "hal/clock/sim/manual_clock.hpp"
#include "tests/unit/hal/clock/readable.hpp"

using namespace latchkey;
using gpio::ManualButton;
using gpio::RecordingLed;
using test::readable;

TEST_CASE("a manual button hands out its edges in order, with their times") {
  clock::ManualClock clock;
  ManualButton button(clock);
  const auto start = clock.now();
  CHECK_FALSE(readable(button.descriptor()));
  button.press();
  CHECK(button.is_pressed() == true);
  clock.advance(Millis(80));
  button.release();
  CHECK(readable(button.descriptor()));

  const auto down = button.next_edge();
  REQUIRE((down.has_value() && down->has_value()));
  CHECK((*down)->pressed);
  CHECK((*down)->at == start);
  const auto up = button.next_edge();
  REQUIRE((up.has_value() && up->has_value()));
  CHECK_FALSE((*up)->pressed);
  CHECK((*up)->at == start + Millis(80));
  CHECK_FALSE(button.next_edge()->has_value());
  CHECK_FALSE(readable(button.descriptor()));
  CHECK(button.is_pressed() == false);
}

TEST_CASE("a manual button can break") {
  const clock::ManualClock clock;
  ManualButton button(clock);
  button.fail_with({make_error_code(Errc::closed), "reading the button"});
  CHECK(readable(button.descriptor()));
  CHECK(button.next_edge().error().is(Errc::closed));
  CHECK(button.is_pressed().error().is(Errc::closed));
}

TEST_CASE("a recording LED remembers changes, not repetitions") {
  clock::ManualClock clock;
  RecordingLed led(clock);
  const auto start = clock.now();
  CHECK(led.set(false).has_value());
  CHECK(led.changes().empty());
  CHECK(led.set(true).has_value());
  CHECK(led.on());
  clock.advance(Millis(5));
  CHECK(led.set(true).has_value());
  CHECK(led.set(false).has_value());
  CHECK(led.changes() ==
        std::vector<RecordingLed::Change>{{true, start}, {false, start + Millis(5)}});
  led.forget();
  CHECK(led.changes().empty());
  CHECK_FALSE(led.on());
}

TEST_CASE("a recording LED can fail for a while, and stays as it was") {
  clock::ManualClock clock;
  RecordingLed led(clock);
  CHECK(led.set(true).has_value());
  led.fail_with({make_error_code(Errc::closed), "setting the LED"});
  CHECK(led.set(false).error().is(Errc::closed));
  CHECK(led.set(true).has_value());  // as it is already
  CHECK(led.on());
  led.mend();
  CHECK(led.set(false).has_value());
  CHECK_FALSE(led.on());
}
