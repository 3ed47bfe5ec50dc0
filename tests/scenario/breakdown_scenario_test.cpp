// SPDX-License-Identifier: MIT
// Button and LED that fail while the daemon runs.
#include <doctest/doctest.h>

#include "firmware/keyfile/outcome.hpp"
#include "tests/scenario/log_text.hpp"
#include "tests/scenario/monitor_world.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using pairing::Phase;
using scenario::log_text;
using scenario::MonitorWorld;

namespace {

const Error kChipGone{std::make_error_code(std::errc::no_such_device), "reading the button"};

std::size_t times(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("without its button the daemon ends the window, shows a fault and opens no other") {
  MonitorWorld world;
  SUBCASE("while closed") {}
  SUBCASE("while open") { world.tap(); }
  SUBCASE("while a code is shown") {
    world.tap();
    world.greet();
  }
  SUBCASE("after a success") { world.enrol(); }
  SUBCASE("while locked") {
    for (int i = 0; i < 3; ++i) world.fail_window();
  }
  world.monitor->break_down(kChipGone);
  CHECK(world.monitor->finished());
  CHECK(world.times_finished == 1);
  CHECK(world.crew.nobody_left());
  CHECK(world.led() == "fault");
  // Said once, whatever fails besides.
  world.monitor->break_down(kChipGone);
  CHECK(times(log_text(world), "reading the button") == 1);
  CHECK(world.times_finished == 1);
  CHECK_FALSE(world.monitor->pair([](const auto& /*progress*/) {}));
  CHECK_FALSE(world.crew.listening);
  world.status_led.forget();
  world.advance(10s);
  CHECK(world.status_led.changes().size() > 8);  // it blinks on
}

TEST_CASE("without its button the daemon lets a write finish") {
  MonitorWorld world;
  world.tap();
  world.prove_code();
  world.offer();
  world.proof_holds();
  world.monitor->break_down(kChipGone);
  CHECK(world.times_finished == 0);
  world.writer_says(static_cast<std::uint8_t>(keyfile::Outcome::added), "Added.");
  CHECK(world.times_finished == 1);
  CHECK(world.led() == "fault");
  CHECK(log_text(world).find("enrolled") != std::string::npos);
}

TEST_CASE("an LED that fails is said once, and waited for no more than a good one") {
  MonitorWorld world;
  world.status_led.fail_with(Error{std::make_error_code(std::errc::no_such_device), "the LED"});
  world.tap();
  CHECK(world.phase() == Phase::open);
  for (int i = 0; i < 100; ++i) world.monitor->wake(world.clock.now());
  CHECK(times(log_text(world), "the LED") == 1);
  CHECK(world.led_faults == 1);
  // What is due next is the end of the window, not a change of an LED that cannot change.
  REQUIRE(world.alarm->when());
  CHECK(*world.alarm->when() > world.clock.now() + 60s);
  world.advance(120s);
  CHECK(world.phase() == Phase::idle);
  CHECK(times(log_text(world), "the LED") == 1);

  SUBCASE("and shows again what it should once it can") {
    world.status_led.mend();
    world.status_led.forget();
    world.tap();
    world.advance(3s);
    CHECK(world.status_led.changes().size() >= 4);
    // A second failure is news.
    world.status_led.fail_with(Error{std::make_error_code(std::errc::no_such_device), "the LED"});
    world.advance(3s);
    CHECK(times(log_text(world), "the LED") == 2);
    CHECK(world.led_faults == 2);
  }
}

TEST_CASE("a button that is down at the start is said in the log, once") {
  MonitorWorld world({}, true);
  world.advance(1h);
  CHECK(times(log_text(world), "the button down") == 1);
  world.release();
  world.advance(1s);
  world.reboot(false);
  CHECK(times(log_text(world), "the button down") == 1);
}
