// SPDX-License-Identifier: MIT
#include "firmware/board/make_board.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace latchkey;
using namespace latchkey::board;
using config::BoardValues;

namespace {

/// Of boards/ what a 4B has.
BoardValues pi() {
  BoardValues values;
  values.title = "Pi";
  values.button.wire = {"pinctrl-bcm2711", {}, 17, gpio::Active::low, 11, 9};
  values.button.bias = gpio::Bias::pull_up;
  values.led.wire = {"pinctrl-bcm2711", {}, 27, gpio::Active::high, 13, 14};
  return values;
}

Board made(const BoardValues& values) {
  auto board = make_board("pi", {{}, values});
  if (!board) FAIL(board.error().message());
  return *board;
}
Board with(const BoardValues& changes) { return made(changed(pi(), changes)); }

std::string refused(const BoardValues& changes) {
  const auto board = make_board("pi", {{}, changed(pi(), changes)});
  REQUIRE_FALSE(board.has_value());
  CHECK(board.error().is(Errc::malformed));
  return board.error().doing;
}

gpio::LedLine led_of(const Board& board) { return std::get<gpio::LedLine>(board.led); }

}  // namespace

TEST_CASE("nothing changed is the board itself") {
  const auto board = with({});
  CHECK(board.button ==
        gpio::ButtonLine{{"pinctrl-bcm2711", "", 17}, gpio::Bias::pull_up, gpio::Active::low});
  CHECK(board.button_pins == HeaderPins{11, 9});
  CHECK(board.led_pins == HeaderPins{13, 14});
}

TEST_CASE("each value of a board can be changed") {
  BoardValues changes;
  changes.title = "Attic";
  changes.pin_1 = "left";
  changes.usb_device_port = "right";
  changes.button.wire = {"acme", {}, 3, gpio::Active::high, 29, 30};
  changes.button.bias = gpio::Bias::pull_up;
  changes.led.wire = {"acme", "LED-LINE", {}, gpio::Active::high, 31, 34};
  const auto board = with(changes);
  CHECK(board.title == "Attic");
  CHECK(board.pin_1 == "left");
  CHECK(board.usb_device_port == "right");
  CHECK(board.button == gpio::ButtonLine{{"acme", "", 3}, gpio::Bias::pull_up, gpio::Active::high});
  CHECK(board.button_pins == HeaderPins{29, 30});
  CHECK(led_of(board) == gpio::LedLine{{"acme", "LED-LINE", {}}, gpio::Active::high});
  CHECK(board.led_pins == HeaderPins{31, 34});
}

TEST_CASE("another line of a Pi's chip brings its own pins") {
  BoardValues changes;
  changes.button.wire.offset = 22;
  CHECK(with(changes).button_pins == HeaderPins{15, 20});  // 14 is the LED's
  changes.button.wire.offset = std::nullopt;
  changes.button.wire.line = "GPIO22";
  CHECK(with(changes).button.line == gpio::Line{"pinctrl-bcm2711", "GPIO22", {}});
  CHECK(with(changes).button_pins == HeaderPins{15, 20});
  changes.button.wire.line = "SPI_CE1_N";  // a name that says no number
  CHECK_FALSE(with(changes).button_pins.has_value());
  changes.button.wire.line = "GPIO22x";
  CHECK_FALSE(with(changes).button_pins.has_value());
  changes.button.wire.line = std::nullopt;
  changes.button.wire.offset = 40;  // not on the header
  CHECK_FALSE(with(changes).button_pins.has_value());
}

TEST_CASE("a line of another chip has no pins unless they are said") {
  BoardValues changes;
  changes.button.wire.chip = "acme";
  CHECK_FALSE(with(changes).button_pins.has_value());
  CHECK(with(changes).button.line == gpio::Line{"acme", "", 17});
  changes.button.wire.pin = 40;
  CHECK(with(changes).button_pins == HeaderPins{40, 39});
}

TEST_CASE("an LED of the kernel's takes the place of the line, and a line that of the LED") {
  BoardValues changes;
  changes.led.sysfs = "ACT";
  const auto own = changed(pi(), changes);
  CHECK(own.led == config::LedValues{{}, "ACT"});
  CHECK(made(own).led == Led(gpio::SysfsLedName{"ACT"}));
  CHECK_FALSE(made(own).led_pins.has_value());

  BoardValues back;
  back.led.wire.chip = "pinctrl-bcm2711";
  back.led.wire.offset = 5;
  const auto board = made(changed(own, back));
  CHECK(led_of(board).line == gpio::Line{"pinctrl-bcm2711", "", 5});
  CHECK(board.led_pins == HeaderPins{29, 30});
  // Its level alone says nothing of which LED it is.
  BoardValues level;
  level.led.wire.active = gpio::Active::low;
  CHECK(made(changed(own, level)).led == Led(gpio::SysfsLedName{"ACT"}));
}

TEST_CASE("the other side follows from bias and level") {
  BoardValues changes;
  changes.button.bias = gpio::Bias::pull_down;
  CHECK(with(changes).button_pins == HeaderPins{11, 17});
  changes.button.bias = gpio::Bias::disabled;
  CHECK(with(changes).button_pins == HeaderPins{11, 9});
  changes.button.wire.active = gpio::Active::high;
  CHECK(with(changes).button_pins == HeaderPins{11, 17});
  changes.led.wire.active = gpio::Active::low;
  const auto board = with(changes);
  CHECK(board.button_pins == HeaderPins{11, 17});
  CHECK(board.led_pins == HeaderPins{13, 1});
  changes.button.bias = gpio::Bias::pull_up;  // a button that opens
  CHECK(with(changes).button_pins == HeaderPins{11, 9});
}

TEST_CASE("without any value there are the usual bias and levels, and no line") {
  const auto board = made({});
  CHECK(board.title == "pi");
  CHECK(board.button == gpio::ButtonLine{});
  CHECK(board.button.bias == gpio::Bias::pull_up);
  CHECK(board.button.active == gpio::Active::low);
  CHECK(led_of(board).active == gpio::Active::high);
  CHECK_FALSE(check_lines(board).has_value());
}

TEST_CASE("what does not fit together is refused") {
  BoardValues pin;
  pin.button.wire.pin = 13;
  CHECK(refused(pin) ==
        "[button] says pin 13 of the 40-pin header, which is GPIO27, but its line is "
        "offset 17 of pinctrl-bcm2711, which is on pin 11");
  pin.button.wire = {{}, "GPIO45", {}, {}, 13, {}};
  CHECK(refused(pin) ==
        "[button] says pin 13 of the 40-pin header, which is GPIO27, but its line is "
        "GPIO45 of pinctrl-bcm2711, which is not on the header");
  BoardValues ground;
  ground.led.wire.chip = "acme";
  ground.led.wire.ground = 6;
  CHECK(refused(ground) ==
        "[led] has `ground`, but no `pin`, and its line does not say on which pin "
        "of the 40-pin header it is");
  BoardValues shared;
  shared.led.wire.ground = 9;
  CHECK(refused(shared) == "button and LED share pin 9 of the header, which takes one wire");
  BoardValues power;
  power.button.bias = gpio::Bias::pull_down;
  power.button.wire.ground = 6;
  CHECK(refused(power) == "[button] has `ground`, but with this `bias` its other side goes to 3V3");
  BoardValues low;
  low.led.wire.active = gpio::Active::low;
  low.led.wire.ground = 6;
  CHECK(refused(low) == "[led] has `ground`, but with this `active` its other side goes to 3V3");
  BoardValues same;
  same.led.wire = {{}, {}, 17, {}, {}, {}};
  CHECK(refused(same) == "button and LED are both on offset 17 of pinctrl-bcm2711");
  BoardValues elsewhere;  // other lines, said to be on one pin
  elsewhere.button.wire = {"acme", {}, 1, {}, 11, {}};
  elsewhere.led.wire = {"acme", {}, 2, {}, 11, {}};
  CHECK(refused(elsewhere) == "button and LED are both on pin 11 of the header");
}

TEST_CASE("a line that nothing names is said with what is missing") {
  const auto missing = [](const config::WireValues& wire) {
    BoardValues values = pi();
    values.led = {wire, {}};
    const auto checked = check_lines(made(values));
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().is(Errc::malformed));
    const auto& text = checked.error().doing;
    CHECK(text.starts_with("nothing says which GPIO line the led is on: there is "));
    CHECK(text.find(" in [board.led] of latchkey.toml") != std::string::npos);
    const auto from = text.find("there is ") + 9;
    return text.substr(from, text.find('.') - from);
  };
  CHECK(missing({}) == "neither `chip` nor `offset`");
  CHECK(missing({{}, {}, 3, {}, {}, {}}) == "no `chip`");
  CHECK(missing({"acme", {}, {}, {}, {}, {}}) == "neither `offset` nor `line`");
  CHECK(check_lines(made(pi())).has_value());
}
