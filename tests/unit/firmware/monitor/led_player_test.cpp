// SPDX-License-Identifier: MIT
#include "firmware/monitor/led_player.hpp"

#include <doctest/doctest.h>

#include "hal/clock/sim/manual_clock.hpp"
#include "hal/gpio/sim/manual_board.hpp"

using namespace latchkey;
using monitor::LedPlayer;
using pairing::make_program;
using pairing::Pattern;

namespace {

class BrokenLed final : public gpio::StatusLed {
 public:
  Result<void> set(bool /*on*/) override { return fail(Errc::outside, "setting the LED"); }
};

}  // namespace

TEST_CASE("an hour of waking late does not move a single change") {
  clock::ManualClock clock;
  gpio::RecordingLed led(clock);
  LedPlayer player(led);
  const auto start = clock.now();
  player.play(make_program(Pattern::window_open), start);
  const auto program = make_program(Pattern::window_open);
  int late = 0;
  while (clock.now() - start < Millis(3'600'000)) {
    const auto next = player.advance(clock.now());
    REQUIRE(next);
    REQUIRE(next->has_value());
    CHECK(**next > clock.now());
    // The deadline is the program's own, however late this call came.
    const auto level = pairing::level_at(program, clock.now() - start);
    CHECK(**next == start + *level.next_change);
    CHECK(led.on() == level.on);
    late = (late + 7) % 40;
    clock.advance(**next - clock.now() + Millis(late));
  }
  CHECK(led.changes().size() >= 7'199);  // 1 Hz: two changes a second
}

TEST_CASE("a steady LED wants no waking") {
  clock::ManualClock clock;
  gpio::RecordingLed led(clock);
  LedPlayer player(led);
  SUBCASE("before anything was played") {}
  SUBCASE("off") { player.play(make_program(Pattern::off), clock.now()); }
  SUBCASE("after a pattern that ends") {
    player.play(make_program(Pattern::done), clock.now());
    clock.advance(Millis(60'000));
  }
  const auto next = player.advance(clock.now());
  REQUIRE(next);
  CHECK_FALSE(next->has_value());
  CHECK_FALSE(led.on());
}

TEST_CASE("a new program starts from its beginning") {
  clock::ManualClock clock;
  gpio::RecordingLed led(clock);
  LedPlayer player(led);
  player.play(make_program(Pattern::off), clock.now());
  clock.advance(Millis(12'345));
  player.play(make_program(Pattern::done), clock.now());
  const auto next = player.advance(clock.now());
  REQUIRE(next);
  CHECK(led.on());
  CHECK(**next == clock.now() + Millis(3'000));
}

TEST_CASE("an LED that fails is an error, and can be tried again") {
  BrokenLed led;
  LedPlayer player(led);
  player.play(make_program(Pattern::window_open), Instant{});
  for (int i = 0; i < 2; ++i) {
    const auto next = player.advance(Instant{});
    REQUIRE_FALSE(next);
    CHECK(next.error().is(Errc::outside));
  }
}
