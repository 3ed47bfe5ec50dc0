// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "firmware/board/board.hpp"
#include "hal/gpio/pin_header.hpp"
#include "tests/unit/firmware/board/board_world.hpp"

using namespace latchkey;
using namespace latchkey::board;
using latchkey::test::BoardWorld;

namespace {

const std::string kBoards = std::string(LATCHKEY_SOURCE_DIR) + "/boards";

/// What Linux calls the chips: MODULE_NAME of drivers/pinctrl, and ours for gpio-sim.
const std::set<std::string> kChips{"pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1",
                                   "latchkey-sim"};

/// A Pi: its first string of the device tree, the family's, and the label of its chip.
struct Pi {
  std::string model;
  std::string family;
  std::string chip;
  std::string title;
};
const std::map<std::string, Pi> kPis{
    {"zero-2-w",
     {"raspberrypi,model-zero-2-w", "brcm,bcm2837", "pinctrl-bcm2835", "Raspberry Pi Zero 2 W"}},
    {"3a-plus",
     {"raspberrypi,3-model-a-plus", "brcm,bcm2837", "pinctrl-bcm2835", "Raspberry Pi 3 Model A+"}},
    {"3b", {"raspberrypi,3-model-b", "brcm,bcm2837", "pinctrl-bcm2835", "Raspberry Pi 3 Model B"}},
    {"3b-plus",
     {"raspberrypi,3-model-b-plus", "brcm,bcm2837", "pinctrl-bcm2835", "Raspberry Pi 3 Model B+"}},
    {"4b", {"raspberrypi,4-model-b", "brcm,bcm2711", "pinctrl-bcm2711", "Raspberry Pi 4 Model B"}},
    {"400", {"raspberrypi,400", "brcm,bcm2711", "pinctrl-bcm2711", "Raspberry Pi 400"}},
    {"5", {"raspberrypi,5-model-b", "brcm,bcm2712", "pinctrl-rp1", "Raspberry Pi 5"}},
    {"500", {"raspberrypi,500", "brcm,bcm2712", "pinctrl-rp1", "Raspberry Pi 500"}},
    {"cm4-io",
     {"raspberrypi,4-compute-module", "brcm,bcm2711", "pinctrl-bcm2711",
      "Compute Module 4 on its IO Board"}},
};

std::vector<std::string> shipped_names() {
  auto names = board_names(kBoards);
  REQUIRE(names.has_value());
  return *std::move(names);
}

Board shipped(const std::string& name) {
  CAPTURE(name);
  config::BoardChoice choice;
  choice.use = name;
  auto board = read_board(choice, {kBoards, "/nowhere"});
  if (!board) FAIL(board.error().message());
  return *board;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the boards that are shipped are those of which the project speaks") {
  std::vector<std::string> wanted{"generic", "sim"};
  for (const auto& [name, pi] : kPis) wanted.push_back(name);
  std::sort(wanted.begin(), wanted.end());
  CHECK(board_names(kBoards).value() == wanted);
  // What the build lays beside the programs is the same.
  CHECK(board_names(LATCHKEY_BUILT_BOARDS).value() == wanted);
}

TEST_CASE("each Pi is chosen by its own device tree") {
  for (const auto& [name, pi] : kPis) {
    CAPTURE(name);
    const BoardWorld world;
    world.device_tree(pi.model + '\0' + pi.family + '\0');
    const auto board = find_board({}, {kBoards, world.tree});
    REQUIRE(board.has_value());
    CHECK(board->name == name);
    CHECK(board->title == pi.title);
    CHECK(board->compatible == std::vector<std::string>{pi.model});
  }
}

TEST_CASE("each Pi has the wiring of the documentation") {
  for (const auto& [name, pi] : kPis) {
    CAPTURE(name);
    const auto board = shipped(name);
    CHECK(board.button ==
          gpio::ButtonLine{{pi.chip, "", 17}, gpio::Bias::pull_up, gpio::Active::low});
    CHECK(board.led == Led(gpio::LedLine{{pi.chip, "", 27}, gpio::Active::high}));
    CHECK(board.button_pins == HeaderPins{11, 9});
    CHECK(board.led_pins == HeaderPins{13, 14});
  }
}

TEST_CASE("each board's lines, labels and pins are possible") {
  for (const auto& name : shipped_names()) {
    if (name == "generic") continue;
    CAPTURE(name);
    const auto board = shipped(name);
    const auto& led = std::get<gpio::LedLine>(board.led);
    CHECK(kChips.count(board.button.line.chip) == 1);
    CHECK(kChips.count(led.line.chip) == 1);
    CHECK(board.button.line != led.line);
    CHECK(board.button_pins.has_value() == board.led_pins.has_value());
    if (!board.button_pins) continue;
    const std::set<unsigned> pins{board.button_pins->signal, board.button_pins->other,
                                  board.led_pins->signal, board.led_pins->other};
    CHECK(pins.size() == 4);
    CHECK(*pins.begin() >= 1);
    CHECK(*pins.rbegin() <= gpio::kHeaderPins);
    const gpio::HeaderPin ground{gpio::PinKind::ground};
    CHECK(gpio::header_pin(board.button_pins->other) == ground);
    CHECK(gpio::header_pin(board.led_pins->other) == ground);
    CHECK(gpio::header_pin(board.button_pins->signal) ==
          gpio::HeaderPin{gpio::PinKind::gpio, *board.button.line.offset});
    CHECK(gpio::header_pin(board.led_pins->signal) ==
          gpio::HeaderPin{gpio::PinKind::gpio, *led.line.offset});
  }
}

TEST_CASE("no two boards are for the same device tree, and the simulated one is for none") {
  std::set<std::string> seen;
  for (const auto& name : shipped_names()) {
    CAPTURE(name);
    const auto board = shipped(name);
    for (const auto& compatible : board.compatible) CHECK(seen.insert(compatible).second);
    CHECK(board.compatible.empty() == (name == "generic" || name == "sim"));
  }
}

TEST_CASE("the sockets of which a 3B has none and a 4B only its power are said") {
  CHECK(shipped("3b").usb_device_port.empty());
  CHECK(shipped("3b-plus").usb_device_port.empty());
  for (const auto* name : {"4b", "400", "5", "500"}) {
    CHECK(shipped(name).usb_device_port.find("only power") != std::string::npos);
  }
  CHECK(shipped("zero-2-w").usb_device_port.find("inner") != std::string::npos);
  CHECK(shipped("3a-plus").usb_device_port.find("USB-A") != std::string::npos);
}

TEST_CASE("each board has its wiring page, its picture and its row in the reference") {
  const auto reference = text_of(std::string(LATCHKEY_SOURCE_DIR) + "/docs/reference/boards.md");
  for (const auto& name : shipped_names()) {
    CAPTURE(name);
    const auto board = shipped(name);
    const auto page = text_of(kBoards + "/" + name + ".md");
    CHECK(page.find("# " + board.title + "\n") != std::string::npos);
    CHECK(page.find("(" + name + ".svg)") != std::string::npos);
    CHECK(text_of(kBoards + "/" + name + ".svg").find("<title>" + board.title) !=
          std::string::npos);
    const auto row = reference.find("| [`" + name + "`](../../boards/" + name + ".md) | ");
    REQUIRE(row != std::string::npos);
    for (const auto& compatible : board.compatible) {
      CHECK(reference.find("`" + compatible + "`", row) < reference.find('\n', row));
    }
  }
}

TEST_CASE("the generic board asks for lines, and takes any") {
  config::BoardChoice choice;
  choice.use = "generic";
  const Places places{kBoards, "/nowhere"};
  CHECK_FALSE(find_board(choice, places).has_value());
  choice.values.button.wire.chip = "acme-gpio";
  choice.values.button.wire.offset = 5;
  choice.values.led.sysfs = "green:status";
  const auto board = find_board(choice, places);
  REQUIRE(board.has_value());
  CHECK(board->button.line == gpio::Line{"acme-gpio", "", 5});
  CHECK(board->led == Led(gpio::SysfsLedName{"green:status"}));
  CHECK_FALSE(board->button_pins.has_value());
}
