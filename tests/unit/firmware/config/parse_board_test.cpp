// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "firmware/config/board_values.hpp"
#include "firmware/config/config.hpp"

using namespace latchkey;
using config::BoardValues;
using config::parse_board;
using config::parse_config;

namespace {

struct Refusal {
  std::string toml;
  Errc code;
  std::string doing;
};

void check_refused(const std::vector<Refusal>& refusals) {
  for (const auto& refusal : refusals) {
    CAPTURE(refusal.toml);
    const auto board = parse_board(refusal.toml, "b.toml");
    REQUIRE_FALSE(board.has_value());
    CHECK(board.error().doing == refusal.doing);
    CHECK(board.error().is(refusal.code));
  }
}

const std::string kEveryKey = R"(
title = "Küche"
pin_1 = "left"
usb_device_port = ""
[button]
chip = "pinctrl-rp1"
offset = 1023
bias = "as-is"
active = "high"
pin = 40
ground = 39
[led]
chip = "acme"
line = "GPIO 3"
active = "low"
pin = 3
ground = 6
)";

BoardValues every_value() {
  BoardValues values;
  values.title = "Küche";
  values.pin_1 = "left";
  values.usb_device_port = "";
  values.button = {{"pinctrl-rp1", {}, 1023, gpio::Active::high, 40, 39}, gpio::Bias::as_is};
  values.led = {{"acme", "GPIO 3", {}, gpio::Active::low, 3, 6}, {}};
  return values;
}

}  // namespace

TEST_CASE("every key of a board can be set, and none has to be") {
  const auto board = parse_board("compatible = ['a,b', 'c']\n" + kEveryKey, "b.toml");
  REQUIRE(board.has_value());
  CHECK(board->compatible == std::vector<std::string>{"a,b", "c"});
  CHECK(board->values == every_value());
  CHECK(parse_board("", "b.toml").value() == config::BoardFile{});
  CHECK(parse_board("led.sysfs = 'ACT'", "b.toml")->values.led.sysfs == "ACT");
}

TEST_CASE("[board] has the same keys, with `use` in place of `compatible`") {
  auto toml = kEveryKey;
  for (const auto* table : {"[button]", "[led]"}) {
    toml.replace(toml.find(table), 1, "[board.");
  }
  const auto config = parse_config("[board]\nuse = '4b'\n" + toml, "l.toml");
  REQUIRE(config.has_value());
  CHECK(config->board.use == "4b");
  CHECK(config->board.values == every_value());
  CHECK(parse_config("", "l.toml")->board == config::BoardChoice{});
  CHECK(parse_config("[board]\nuse = ''", "l.toml")->board == config::BoardChoice{});
  CHECK(parse_config("[board]\nbutton = { offset = 22 }", "l.toml")
            ->board.values.button.wire.offset == 22);
}

TEST_CASE("each bias and level has its word") {
  const std::pair<const char*, gpio::Bias> biases[] = {{"pull-up", gpio::Bias::pull_up},
                                                       {"pull-down", gpio::Bias::pull_down},
                                                       {"disabled", gpio::Bias::disabled},
                                                       {"as-is", gpio::Bias::as_is}};
  for (const auto& [word, bias] : biases) {
    const auto board = parse_board("button.bias = '" + std::string(word) + "'", "b.toml");
    CHECK(board->values.button.bias == bias);
  }
}

TEST_CASE("a name of a board is never a path") {
  for (const auto* name : {"4b", "cm4-io", "zero-2-w", "my_board", "X"}) {
    CHECK(config::is_board_name(name));
  }
  CHECK(config::is_board_name(std::string(32, 'a')));
  CHECK_FALSE(config::is_board_name(std::string(33, 'a')));
  for (const auto* name :
       {"", ".", "..", "../4b", "/4b", "a/b", "a.toml", "-a", "_a", "a b", "ä"}) {
    CAPTURE(name);
    CHECK_FALSE(config::is_board_name(name));
    if (*name == '\0') continue;
    const auto config = parse_config("board.use = '" + std::string(name) + "'", "l.toml");
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().doing ==
          "l.toml:1:13: `board.use` must be a board's name like \"4b\", or "
          "\"\", not \"" +
              std::string(name) + "\"");
  }
}

TEST_CASE("mistakes in a board are named with their place and what is wanted") {
  const std::string label(32, 'x');
  check_refused({
      {"titel = ''", Errc::unsupported, "b.toml:1:1: unknown key `titel` (did you mean `title`?)"},
      {"use = '4b'", Errc::unsupported,
       "b.toml:1:1: unknown key `use`; known here are compatible, title, pin_1, usb_device_port, "
       "button, led"},
      {"button.sysfs = 'ACT'", Errc::unsupported,
       "b.toml:1:8: unknown key `button.sysfs`; known here are chip, line, offset, active, pin, "
       "ground, bias"},
      {"led.bias = 'pull-up'", Errc::unsupported,
       "b.toml:1:5: unknown key `led.bias`; known here are chip, line, offset, active, pin, "
       "ground, "
       "sysfs"},
      {"title = ''", Errc::malformed,
       "b.toml:1:9: `title` must be 1 to 48 bytes of printable text, not \"\""},
      {"pin_1 = \"a\\nb\"", Errc::malformed,
       "b.toml:1:9: `pin_1` must be at most 160 bytes of printable text, not \"a?b\""},
      {"compatible = 'a,b'", Errc::malformed,
       "b.toml:1:14: `compatible` must be a list of strings as in the device tree, like "
       "\"raspberrypi,4-model-b\", not \"a,b\""},
      {"compatible = ['a b']", Errc::malformed,
       "b.toml:1:15: `compatible` takes strings as in the device tree, like "
       "\"raspberrypi,4-model-b\", not \"a b\""},
      {"compatible = ['a', 'a']", Errc::malformed, "b.toml:1:20: `compatible` names \"a\" twice"},
      {"button = 17", Errc::malformed, "b.toml:1:10: `button` must be a table, [button], not 17"},
      {"button.chip = ''", Errc::malformed,
       "b.toml:1:15: `button.chip` must be a chip's label, 1 to 31 bytes, not \"\""},
      {"button.chip = 0", Errc::malformed,
       "b.toml:1:15: `button.chip` must be a chip's label, 1 to 31 bytes, not 0"},
      {"button.line = '" + label + "'", Errc::malformed,
       "b.toml:1:15: `button.line` must be a line's name, 1 to 31 bytes, not \"" + label + "\""},
      {"button.offset = -1", Errc::malformed,
       "b.toml:1:17: `button.offset` must be a whole number from 0 to 1023, not -1"},
      {"button.offset = 1024", Errc::malformed,
       "b.toml:1:17: `button.offset` must be a whole number from 0 to 1023, not 1024"},
      {"button.offset = '17'", Errc::malformed,
       "b.toml:1:17: `button.offset` must be a whole number from 0 to 1023, not \"17\""},
      {"button.bias = 'up'", Errc::malformed,
       "b.toml:1:15: `button.bias` must be \"pull-up\" or \"pull-down\" or \"disabled\" or "
       "\"as-is\", not \"up\""},
      {"led.active = 1", Errc::malformed,
       "b.toml:1:14: `led.active` must be \"low\" or \"high\", not 1"},
      {"led.sysfs = '../ACT'", Errc::malformed,
       "b.toml:1:13: `led.sysfs` must be a name in /sys/class/leds, not \"../ACT\""},
      {"led.sysfs = '..'", Errc::malformed,
       "b.toml:1:13: `led.sysfs` must be a name in /sys/class/leds, not \"..\""},
      {"[button]\nline = 'a'\noffset = 1", Errc::malformed,
       "b.toml:1:1: `button` has `line` and `offset`: one of them says which line it is"},
      {"[led]\nsysfs = 'ACT'\nactive = 'low'", Errc::malformed,
       "b.toml:1:1: `led` has `sysfs` and keys of a GPIO line: the LED is the kernel's or on a "
       "line"},
  });
}

TEST_CASE("pins are those of the header that can be what is asked of them") {
  const auto accepts = [](const std::string& key, int pin) {
    return parse_board(key + " = " + std::to_string(pin), "b.toml").has_value();
  };
  const std::vector<int> ground{6, 9, 14, 20, 25, 30, 34, 39};
  const std::vector<int> power{1, 2, 4, 17};
  for (int pin = -1; pin <= 42; ++pin) {
    CAPTURE(pin);
    const bool is_ground = std::find(ground.begin(), ground.end(), pin) != ground.end();
    const bool is_power = std::find(power.begin(), power.end(), pin) != power.end();
    const bool there = pin >= 1 && pin <= 40;
    CHECK(accepts("button.ground", pin) == is_ground);
    CHECK(accepts("led.pin", pin) == (there && !is_ground && !is_power));
  }
  check_refused({{"led.pin = 1", Errc::malformed,
                  "b.toml:1:11: `led.pin` must be a pin of the 40-pin header that is a GPIO, 1 to "
                  "40, not 1"},
                 {"led.ground = 10", Errc::malformed,
                  "b.toml:1:14: `led.ground` must be a ground pin of the 40-pin header: 6, 9, 14, "
                  "20, 25, 30, 34 or 39, not 10"}});
}

TEST_CASE("a board file has its bounds") {
  const std::string most = "#" + std::string(config::kMaxBoardFile - 1, 'x');
  CHECK(parse_board(most, "b.toml").has_value());
  check_refused({{most + "x", Errc::too_large, "b.toml: more than 16384 bytes"},
                 {"\n" + std::string(300, '.'), Errc::malformed,
                  "b.toml:2:1: too many dots outside of strings; no key needs more than two"}});
  std::string many = "compatible = [";
  for (int i = 0; i < 17; ++i) many += "'c" + std::to_string(i) + "',";
  check_refused(
      {{many + "]", Errc::too_large, "b.toml:1:14: `compatible` has more than 16 entries"}});
}
