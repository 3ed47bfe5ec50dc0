// SPDX-License-Identifier: MIT
#include "firmware/board/make_board.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>

namespace latchkey::board {
namespace {

using config::WireValues;

template <class Value>
void take(std::optional<Value>& into, const std::optional<Value>& change) {
  if (change) into = change;
}

bool names_line(const WireValues& wire) { return wire.chip || wire.line || wire.offset; }

WireValues changed(WireValues wire, const WireValues& changes) {
  if (names_line(changes)) wire.pin = wire.ground = std::nullopt;
  if (changes.active) wire.ground.reset();
  if (changes.line || changes.offset) {
    wire.line = changes.line;
    wire.offset = changes.offset;
  }
  take(wire.chip, changes.chip);
  take(wire.active, changes.active);
  take(wire.pin, changes.pin);
  take(wire.ground, changes.ground);
  return wire;
}

/// The number of the GPIO that a line of a Pi's own chip is; nullopt for any other line.
std::optional<unsigned> gpio_of(const gpio::Line& line) {
  constexpr std::string_view kPrefix = "GPIO";
  if (!gpio::is_pi_chip(line.chip)) return std::nullopt;
  if (line.name.empty()) return line.offset;
  if (line.name.compare(0, kPrefix.size(), kPrefix) != 0) return std::nullopt;
  unsigned number = 0;
  const char* const end = line.name.data() + line.name.size();
  const auto [stop, why] = std::from_chars(line.name.data() + kPrefix.size(), end, number);
  return why == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

gpio::Line line_of(const WireValues& wire) {
  return {wire.chip.value_or(""), wire.line.value_or(""), wire.offset};
}

std::string written(const gpio::Line& line) {
  return line.name.empty() ? fmt::format("offset {}", line.offset.value_or(0)) : line.name;
}

/// One of the two things that are wired.
struct Part {
  std::string_view name;  // "button"
  const WireValues& wire;
  gpio::Line line;
  gpio::PinKind other;  // ground or 3V3
};

Result<std::optional<HeaderPins>> pins_of(const Part& part, std::span<const unsigned> taken) {
  const auto& [name, wire, line, other] = part;
  const auto number = gpio_of(line);
  const auto by_line = number ? gpio::pin_of_gpio(*number) : std::nullopt;
  if (wire.pin && number && by_line != wire.pin) {
    return fail(
        Errc::malformed,
        fmt::format("[{}] says pin {} of the 40-pin header, which is {}, but its line is {} "
                    "of {}, which is {}",
                    name, *wire.pin, gpio::pin_name(*wire.pin), written(line), line.chip,
                    by_line ? fmt::format("on pin {}", *by_line) : "not on the header"));
  }
  const auto signal = wire.pin ? wire.pin : by_line;
  if (wire.ground && !signal) {
    return fail(Errc::malformed, fmt::format("[{}] has `ground`, but no `pin`, and its line does "
                                             "not say on which pin of the 40-pin header it is",
                                             name));
  }
  if (wire.ground && other != gpio::PinKind::ground) {
    return fail(Errc::malformed,
                fmt::format("[{}] has `ground`, but with this `{}` its other side goes to 3V3",
                            name, name == "button" ? "bias" : "active"));
  }
  if (!signal) return std::optional<HeaderPins>();
  return HeaderPins{*signal, wire.ground.value_or(gpio::nearest_pin(other, *signal, taken))};
}

Result<> check_apart(const Board& board) {
  const auto* led = std::get_if<gpio::LedLine>(&board.led);
  if (led == nullptr) return {};
  if (!led->line.chip.empty() && led->line == board.button.line) {
    return fail(Errc::malformed, fmt::format("button and LED are both on {} of {}",
                                             written(led->line), led->line.chip));
  }
  if (!board.button_pins || !board.led_pins) return {};
  if (board.button_pins->signal == board.led_pins->signal) {
    return fail(Errc::malformed, fmt::format("button and LED are both on pin {} of the header",
                                             board.led_pins->signal));
  }
  if (board.button_pins->other == board.led_pins->other) {
    return fail(Errc::malformed,
                fmt::format("button and LED share pin {} of the header, which takes one wire",
                            board.led_pins->other));
  }
  return {};
}

Result<> check_line(const gpio::Line& line, std::string_view part) {
  if (!line.chip.empty() && (!line.name.empty() || line.offset)) return {};
  const auto missing =
      line.chip.empty()
          ? (line.name.empty() && !line.offset ? "neither `chip` nor `offset`" : "no `chip`")
          : "neither `offset` nor `line`";
  return fail(Errc::malformed,
              fmt::format("nothing says which GPIO line the {0} is on: there is {1}. Set chip = "
                          "\"LABEL\" and offset = NUMBER in [board.{0}] of latchkey.toml "
                          "(gpiodetect shows the labels, gpioinfo the lines)",
                          part, missing));
}

}  // namespace

config::BoardValues changed(config::BoardValues values, const config::BoardValues& changes) {
  take(values.title, changes.title);
  take(values.pin_1, changes.pin_1);
  take(values.usb_device_port, changes.usb_device_port);
  values.button.wire = changed(values.button.wire, changes.button.wire);
  if (changes.button.bias && !changes.button.wire.ground) values.button.wire.ground.reset();
  take(values.button.bias, changes.button.bias);
  if (changes.led.sysfs) {
    values.led = changes.led;
    return values;
  }
  if (names_line(changes.led.wire)) values.led.sysfs.reset();
  values.led.wire = changed(values.led.wire, changes.led.wire);
  return values;
}

Result<Board> make_board(std::string_view name, const config::BoardFile& file) {
  const auto& values = file.values;
  const auto& button = values.button;
  const auto& led = values.led;
  Board board;
  board.name = name;
  board.title = values.title.value_or(board.name);
  board.compatible = file.compatible;
  board.pin_1 = values.pin_1.value_or("");
  board.usb_device_port = values.usb_device_port.value_or("");
  board.button = {line_of(button.wire), button.bias.value_or(gpio::Bias::pull_up),
                  button.wire.active.value_or(gpio::Active::low)};

  std::array<unsigned, 1> taken{led.wire.ground.value_or(0)};
  const auto button_pins =
      pins_of({"button", button.wire, board.button.line, other_side(board.button)}, taken);
  if (!button_pins) return tl::make_unexpected(button_pins.error());
  board.button_pins = *button_pins;

  if (led.sysfs) {
    board.led = gpio::SysfsLedName{*led.sysfs};
    return board;
  }
  const gpio::LedLine line{line_of(led.wire), led.wire.active.value_or(gpio::Active::high)};
  board.led = line;
  taken[0] = board.button_pins ? board.button_pins->other : 0;
  const auto led_pins = pins_of({"led", led.wire, line.line, other_side(line)}, taken);
  if (!led_pins) return tl::make_unexpected(led_pins.error());
  board.led_pins = *led_pins;
  if (const auto apart = check_apart(board); !apart) return tl::make_unexpected(apart.error());
  return board;
}

gpio::PinKind other_side(const gpio::ButtonLine& button) noexcept {
  const bool to_ground =
      button.bias == gpio::Bias::pull_up ||
      (button.bias != gpio::Bias::pull_down && button.active == gpio::Active::low);
  return to_ground ? gpio::PinKind::ground : gpio::PinKind::volts_3v3;
}

gpio::PinKind other_side(const gpio::LedLine& led) noexcept {
  return led.active == gpio::Active::high ? gpio::PinKind::ground : gpio::PinKind::volts_3v3;
}

Result<> check_lines(const Board& board) {
  if (auto line = check_line(board.button.line, "button"); !line) return line;
  const auto* led = std::get_if<gpio::LedLine>(&board.led);
  return led == nullptr ? Result<>() : check_line(led->line, "led");
}

}  // namespace latchkey::board
