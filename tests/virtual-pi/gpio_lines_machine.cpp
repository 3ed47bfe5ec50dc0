// SPDX-License-Identifier: MIT
// Real lines of the kernel's, through the libgpiod that this was built with. For the virtual Pi:
// needs root and gpio-sim, and is no test of ctest's.
#include <doctest/doctest.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/clock/linux/timerfd_alarm.hpp"
#include "hal/gpio/linux/gpio_lines.hpp"
#include "hal/gpio/linux/polled_button.hpp"
#include "tests/unit/hal/clock/readable.hpp"
#include "tests/virtual-pi/sim_chip.hpp"

using namespace latchkey;
using gpio::Active;
using gpio::Bias;
using gpio::Edge;
using test::readable;

namespace {

constexpr auto* kLabel = "latchkey-lines";
constexpr Millis kPatience{10'000};

std::error_code system_code(int error) { return {error, std::system_category()}; }

struct Bench {
  test::SimChip chip{kLabel};
  clock::BoottimeClock clock;
  clock::TimerfdAlarm alarm = *clock::TimerfdAlarm::open();
  gpio::ButtonLine line{{kLabel, "GPIO17", std::nullopt}, Bias::pull_up, Active::low};

  Bench() { chip.pull(true); }

  [[nodiscard]] Result<std::unique_ptr<gpio::Button>> open() {
    return gpio::open_button(line, clock, alarm);
  }
  [[nodiscard]] std::unique_ptr<gpio::Button> button() {
    auto opened = open();
    if (!opened) FAIL(opened.error().message());
    return *std::move(opened);
  }
  /// All edges that there are, after the first has come.
  static std::vector<Edge> pump(gpio::Button& button) {
    REQUIRE(readable(button.descriptor(), kPatience));
    std::vector<Edge> edges;
    while (readable(button.descriptor())) {
      for (;;) {
        const auto edge = button.next_edge();
        if (!edge) FAIL(edge.error().message());
        if (!*edge) break;
        edges.push_back(**edge);
      }
    }
    return edges;
  }
  /// Long enough for the kernel to note an edge by itself.
  void wait(Millis time) const {
    const auto end = clock.now() + time;
    while (clock.now() < end) ::poll(nullptr, 0, 1);
  }
};

void check_increasing(const std::vector<Edge>& edges) {
  for (std::size_t i = 1; i < edges.size(); ++i) CHECK(edges[i].at >= edges[i - 1].at);
}

}  // namespace

TEST_CASE("press and release are edges with the kernel's time on our clock") {
  Bench bench;
  const auto button = bench.button();
  CHECK(button->is_pressed() == false);
  CHECK_FALSE(readable(button->descriptor()));
  CHECK_FALSE(button->next_edge()->has_value());  // does not block
  for (const bool pressed : {true, false, true, false}) {
    const auto before = bench.clock.now();
    bench.chip.pull(!pressed);
    REQUIRE(readable(button->descriptor(), kPatience));
    const auto after = bench.clock.now();
    bench.wait(Millis(20));  // late reading does not make late edges
    const auto edges = Bench::pump(*button);
    REQUIRE(edges.size() == 1);
    CHECK(edges[0].pressed == pressed);
    CHECK(edges[0].at >= before - Millis(1));
    CHECK(edges[0].at <= after);
    CHECK(button->is_pressed() == pressed);
  }
  CHECK_FALSE(readable(button->descriptor()));
}

TEST_CASE("active high and a line without a name work the other way round") {
  Bench bench;
  bench.line = {{kLabel, "", 17}, Bias::pull_down, Active::high};
  const auto button = bench.button();
  CHECK(button->is_pressed() == false);
  bench.chip.pull(true);
  const auto edges = Bench::pump(*button);
  REQUIRE(edges.size() == 1);
  CHECK(edges[0].pressed);
}

TEST_CASE("the bias is the line's own: pulled up, nothing connected is not pressed") {
  Bench bench;
  bench.chip.pull(false);
  CHECK(bench.button()->is_pressed() == false);
  bench.chip.pull(false);
  bench.line.bias = Bias::as_is;
  CHECK(bench.button()->is_pressed() == true);
}

TEST_CASE("bouncing ends with the level that the line has") {
  Bench bench;
  const auto button = bench.button();
  for (int round = 0; round < 5; ++round) {
    const auto before = bench.clock.now();
    for (int i = 0; i < 9; ++i) bench.chip.pull(i % 2 != 0);  // as quick as it goes; ends pressed
    bench.wait(Millis(20));
    auto edges = Bench::pump(*button);
    CHECK(edges.size() <= 9);
    CHECK(edges.back().pressed);
    CHECK(edges.front().at >= before - Millis(1));
    check_increasing(edges);
    bench.chip.pull(true);
    CHECK_FALSE(Bench::pump(*button).back().pressed);
  }
}

TEST_CASE("more edges than the kernel keeps still end with the line's level") {
  Bench bench;
  const auto button = bench.button();
  constexpr int kToggles = 151;
  for (int i = 0; i < kToggles; ++i) {
    bench.chip.pull(i % 2 != 0);
    bench.wait(Millis(2));
  }
  const auto edges = Bench::pump(*button);
  REQUIRE(edges.size() == 1);  // what stood how long in a burst with a loss is not known
  CHECK(edges.back().pressed);
  CHECK(button->is_pressed() == true);
  CHECK(edges.back().at <= bench.clock.now());
  check_increasing(edges);
  bench.chip.pull(true);
  const auto release = Bench::pump(*button);
  REQUIRE(release.size() == 1);
  CHECK_FALSE(release[0].pressed);
}

TEST_CASE("a line without edges is polled") {
  Bench bench;
  const gpio::Spot spot{"/dev/" + bench.chip.name(), 17, "line GPIO17"};
  auto line = request_input(spot, Bias::pull_up, Active::low, gpio::Edges::none);
  REQUIRE(line.has_value());
  CHECK((*line)->descriptor() == -1);
  const auto button = gpio::PolledButton::open(*std::move(line), bench.clock, bench.alarm, "line");
  REQUIRE(button.has_value());
  for (const bool pressed : {true, false}) {
    bench.chip.pull(!pressed);
    std::vector<Edge> edges;
    while (edges.empty()) edges = Bench::pump(**button);
    CHECK(edges.size() == 1);
    CHECK(edges[0].pressed == pressed);
  }
}

TEST_CASE("a line in use names its consumer, be it a program or the kernel") {
  Bench bench;
  const auto first = bench.button();
  const auto second = bench.open();
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == system_code(EBUSY));
  CHECK(second.error().doing.find("line GPIO17 of latchkey-lines (" + bench.chip.name() +
                                  ") is in use by latchkey itself: ") == 0);
  const auto led = gpio::open_led({{kLabel, "GPIO17", std::nullopt}, Active::high});
  REQUIRE_FALSE(led.has_value());
  CHECK(led.error().code == system_code(EBUSY));

  bench.line.line = {kLabel, "", 5};
  const auto hog = bench.open();
  REQUIRE_FALSE(hog.has_value());
  CHECK(hog.error().code == system_code(EBUSY));
  CHECK(hog.error().doing.find("is in use by \"power-switch\"; ") != std::string::npos);
}

TEST_CASE("a line is free again when its button is gone") {
  Bench bench;
  for (int i = 0; i < 3; ++i) CHECK(bench.button()->is_pressed() == false);
}

TEST_CASE("what is not there is named, with what is") {
  Bench bench;
  bench.line.line = {"pinctrl-none", "GPIO17", std::nullopt};
  const auto no_chip = bench.open();
  REQUIRE_FALSE(no_chip.has_value());
  CHECK(no_chip.error().is(Errc::not_found));
  CHECK(no_chip.error().doing.find("there is no GPIO chip labelled pinctrl-none; there are ") == 0);
  CHECK(no_chip.error().doing.find("latchkey-lines (" + bench.chip.name() + ")") !=
        std::string::npos);
  bench.line.line = {kLabel, "GPIO99", std::nullopt};
  const auto no_name = bench.open();
  REQUIRE_FALSE(no_name.has_value());
  CHECK(no_name.error().is(Errc::not_found));
  CHECK(no_name.error().doing.find("has no line GPIO99; its lines are GPIO17, GPIO27; ") !=
        std::string::npos);
  bench.line.line = {kLabel, "", 54};
  const auto no_number = bench.open();
  REQUIRE_FALSE(no_number.has_value());
  CHECK(no_number.error().doing.find("has no line 54; it has 54 lines, numbered from 0; ") !=
        std::string::npos);
}

TEST_CASE("who may not open the chip is told who may") {
  Bench bench;
  REQUIRE(::seteuid(65'534) == 0);
  const auto refused = bench.open();
  REQUIRE(::seteuid(0) == 0);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == system_code(EACCES));
  CHECK(refused.error().doing.find("may not be opened; run this as root") != std::string::npos);
}

TEST_CASE("an LED's line follows it, and is off at the start and at the end") {
  Bench bench;
  for (const auto active : {Active::high, Active::low}) {
    const std::string on = active == Active::high ? "1" : "0";
    const std::string off = active == Active::high ? "0" : "1";
    auto led = gpio::open_led({{kLabel, "GPIO27", std::nullopt}, active});
    if (!led) FAIL(led.error().message());
    CHECK(bench.chip.level() == off);
    for (int i = 0; i < 3; ++i) {
      CHECK((*led)->set(true).has_value());
      CHECK(bench.chip.level() == on);
      CHECK((*led)->set(false).has_value());
      CHECK(bench.chip.level() == off);
    }
    CHECK((*led)->set(true).has_value());
    led->reset();
    // What gpio-sim makes of a line that nobody holds is its own affair: take it and look.
    const auto again = gpio::open_led({{kLabel, "GPIO27", std::nullopt}, active});
    CHECK(bench.chip.level() == off);
  }
}

TEST_CASE("a chip that goes away is an error at the next question, and never a hang") {
  Bench bench;
  const auto button = bench.button();
  const auto led = gpio::open_led({{kLabel, "GPIO27", std::nullopt}, Active::high});
  REQUIRE(led.has_value());
  CHECK((*led)->set(true).has_value());
  bench.chip.remove();
  // A hang-up is told to whoever asks; whoever waits already is not woken by every kernel.
  pollfd polled{button->descriptor(), POLLIN, 0};
  CHECK(::poll(&polled, 1, 0) == 1);
  CHECK((polled.revents & POLLHUP) != 0);
  const auto edge = button->next_edge();
  REQUIRE_FALSE(edge.has_value());
  CHECK(edge.error().code == system_code(ENODEV));
  CHECK(edge.error().doing.find("whose GPIO chip is gone") != std::string::npos);
  CHECK(button->is_pressed().error().code == system_code(ENODEV));
  CHECK((*led)->set(false).error().code == system_code(ENODEV));
  const auto reopened = bench.open();
  REQUIRE_FALSE(reopened.has_value());
  CHECK(reopened.error().is(Errc::not_found));
}
