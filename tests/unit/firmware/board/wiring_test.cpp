// SPDX-License-Identifier: MIT
#include "firmware/board/wiring.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "firmware/board/make_board.hpp"

using namespace latchkey;
using namespace latchkey::board;

namespace {

Board pi() {
  Board board;
  board.name = "pi";
  board.title = "A Pi";
  board.pin_1 = "left";
  board.button = {{"pinctrl-rp1", "", 17}, gpio::Bias::pull_up, gpio::Active::low};
  board.led = gpio::LedLine{{"pinctrl-rp1", "", 27}, gpio::Active::high};
  board.button_pins = HeaderPins{11, 9};
  board.led_pins = HeaderPins{13, 14};
  return board;
}

std::string remark(const Board& board, const std::string& about) {
  for (const auto& remark : wiring_in_words(board)) {
    if (remark.about == about) return remark.text;
  }
  return "none";
}

/// Code points of the longest line.
std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t width = 0;
    for (const char c : line) width += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0;
    most = std::max(most, width);
  }
  return most;
}

}  // namespace

TEST_CASE("the header is drawn with button and LED, and the wiring is said") {
  CHECK(drawn(pi(), Colours::none) ==
        "A Pi (pi)\n"
        "\n"
        "                       3V3   1 o o 2   5V\n"
        "                     GPIO2   3 o o 4   5V\n"
        "                     GPIO3   5 o o 6   ground\n"
        "                     GPIO4   7 o o 8   GPIO14\n"
        "    button -------  ground   9 B o 10  GPIO15\n"
        "    button -------  GPIO17  11 B o 12  GPIO18\n"
        "       LED -------  GPIO27  13 L L 14  ground ------- LED\n"
        "                    GPIO22  15 o o 16  GPIO23\n"
        "                       3V3  17 o o 18  GPIO24\n"
        "                    GPIO10  19 o o 20  ground\n"
        "                     GPIO9  21 o o 22  GPIO25\n"
        "                    GPIO11  23 o o 24  GPIO8\n"
        "                    ground  25 o o 26  GPIO7\n"
        "                     GPIO0  27 o o 28  GPIO1\n"
        "                     GPIO5  29 o o 30  ground\n"
        "                     GPIO6  31 o o 32  GPIO12\n"
        "                    GPIO13  33 o o 34  ground\n"
        "                    GPIO19  35 o o 36  GPIO16\n"
        "                    GPIO26  37 o o 38  GPIO20\n"
        "                    ground  39 o o 40  GPIO21\n"
        "\n"
        "Button   a push button that closes while it is pressed, from GPIO17 (pin 11) to\n"
        "         ground (pin 9).\n"
        "LED      from GPIO27 (pin 13) through 330 ohm to the long leg of the LED; its\n"
        "         short leg to ground (pin 14).\n"
        "Lines    button on offset 17 of pinctrl-rp1, pull-up, pressed is low; LED on\n"
        "         offset 27 of pinctrl-rp1, lit is high.\n"
        "Pin 1    left.\n"
        "USB      no socket through which it can be a device of a computer.\n");
}

TEST_CASE("colours are around what is marked, and change nothing else") {
  const auto plain = drawn(pi(), Colours::none);
  auto coloured = drawn(pi(), Colours::ansi);
  CHECK(coloured.find("\x1b[1;36mB\x1b[0m o") != std::string::npos);
  CHECK(coloured.find("\x1b[1;33mL\x1b[0m \x1b[1;33mL\x1b[0m") != std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == plain);
}

TEST_CASE("no line is wider than 80 columns, whatever is on the header and in the words") {
  auto board = pi();
  board.title = std::string(48, 'T');
  for (unsigned i = 0; i < 32; ++i) board.pin_1 += "wörd ";
  board.usb_device_port = std::string(60, 'x') + " " + std::string(60, 'y');
  board.button_pins = HeaderPins{12, 14};
  board.led_pins = HeaderPins{40, 39};
  board.button.line = {std::string(31, 'c'), std::string(31, 'l'), {}};
  CHECK(widest(drawn(board, Colours::none)) <= 80);
  CHECK(widest(drawn(board, Colours::none)) > 70);
}

TEST_CASE("a board whose lines are on no header has words alone") {
  auto board = pi();
  board.button_pins.reset();
  board.led_pins.reset();
  board.led = gpio::LedLine{{"acme", "STATUS", {}}, gpio::Active::high};
  CHECK(drawn(board, Colours::none).starts_with("A Pi (pi)\n\nButton   "));
  CHECK(remark(board, "Button") ==
        "a push button that closes while it is pressed, from offset 17 of pinctrl-rp1 to ground.");
  CHECK(remark(board, "LED") ==
        "from STATUS of acme through 330 ohm to the long leg of the LED; its "
        "short leg to ground.");
  CHECK(remark(board, "Pin 1") == "none");
}

TEST_CASE("an LED of the board's own leaves nothing to wire") {
  auto board = pi();
  board.led = gpio::SysfsLedName{"ACT"};
  board.led_pins.reset();
  CHECK(remark(board, "LED") == "the board's own, ACT: nothing to wire.");
  CHECK(remark(board, "Lines") == "button on offset 17 of pinctrl-rp1, pull-up, pressed is low.");
  CHECK(drawn(board, Colours::none).find("13 o o 14") != std::string::npos);
}

TEST_CASE("a line that nothing names is yours to choose") {
  const auto board = make_board("x", {}).value();
  CHECK(remark(board, "Button") ==
        "a GPIO line of your choice: set chip and offset in [board.button] of latchkey.toml.");
  CHECK(remark(board, "LED") ==
        "a GPIO line of your choice: set chip and offset in [board.led] of latchkey.toml.");
  CHECK(remark(board, "Lines") == "none");
}

TEST_CASE("levels and bias say where the other side goes, and when a resistor is missing") {
  auto board = pi();
  board.button.active = gpio::Active::high;
  CHECK(remark(board, "Button") ==
        "a push button that opens while it is pressed, from GPIO17 (pin 11) to ground (pin 9).");
  board.button.bias = gpio::Bias::pull_down;
  board.button_pins = HeaderPins{11, 17};
  CHECK(remark(board, "Button") ==
        "a push button that closes while it is pressed, from GPIO17 (pin 11) to 3V3 (pin 17).");
  board.button.bias = gpio::Bias::disabled;
  CHECK(remark(board, "Button")
            .ends_with(" to 3V3 (pin 17). Nothing in the board pulls the line: put 10 kohm from it "
                       "to ground."));
  board.led = gpio::LedLine{{"pinctrl-rp1", "", 27}, gpio::Active::low};
  board.led_pins = HeaderPins{13, 1};
  CHECK(remark(board, "LED") ==
        "from 3V3 (pin 1) through 330 ohm to the long leg of the LED; its "
        "short leg to GPIO27 (pin 13).");
}
