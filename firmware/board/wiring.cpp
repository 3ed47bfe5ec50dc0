// SPDX-License-Identifier: MIT
#include "firmware/board/wiring.hpp"

#include <fmt/format.h>

#include "firmware/board/make_board.hpp"

namespace latchkey::board {
namespace {

std::string pin_in_words(unsigned pin) {
  return fmt::format("{} (pin {})", gpio::pin_name(pin), pin);
}

bool named(const gpio::Line& line) {
  return !line.chip.empty() && (!line.name.empty() || line.offset);
}

std::string line_in_words(const gpio::Line& line) {
  return line.name.empty() ? fmt::format("offset {} of {}", *line.offset, line.chip)
                           : fmt::format("{} of {}", line.name, line.chip);
}

std::string not_named(std::string_view part) {
  return fmt::format(
      "a GPIO line of your choice: set chip and offset in [board.{}] of "
      "latchkey.toml",
      part);
}

std::string button_in_words(const Board& board) {
  const auto& button = board.button;
  if (!named(button.line)) return not_named("button") + ".";
  const bool ground = other_side(button) == gpio::PinKind::ground;
  const auto from =
      board.button_pins ? pin_in_words(board.button_pins->signal) : line_in_words(button.line);
  const auto to = board.button_pins ? pin_in_words(board.button_pins->other)
                                    : std::string(ground ? "ground" : "3V3");
  const bool closes = ground == (button.active == gpio::Active::low);
  auto text = fmt::format("a push button that {} while it is pressed, from {} to {}.",
                          closes ? "closes" : "opens", from, to);
  const bool biased = button.bias == gpio::Bias::pull_up || button.bias == gpio::Bias::pull_down;
  if (!biased) {
    text += fmt::format(" Nothing in the board pulls the line: put 10 kohm from it to {}.",
                        ground ? "3V3" : "ground");
  }
  return text;
}

std::string led_in_words(const Board& board) {
  if (const auto* own = std::get_if<gpio::SysfsLedName>(&board.led)) {
    return fmt::format("the board's own, {}: nothing to wire.", own->name);
  }
  const auto& led = std::get<gpio::LedLine>(board.led);
  if (!named(led.line)) return not_named("led") + ".";
  const bool high = led.active == gpio::Active::high;
  auto from = board.led_pins ? pin_in_words(board.led_pins->signal) : line_in_words(led.line);
  auto to =
      board.led_pins ? pin_in_words(board.led_pins->other) : std::string(high ? "ground" : "3V3");
  if (!high) std::swap(from, to);
  return fmt::format("from {} through 330 ohm to the long leg of the LED; its short leg to {}.",
                     from, to);
}

std::string lines_in_words(const Board& board) {
  const auto& button = board.button;
  std::string text;
  if (named(button.line)) {
    text = fmt::format("button on {}, {}, pressed is {}", line_in_words(button.line),
                       word_of(button.bias), word_of(button.active));
  }
  const auto* led = std::get_if<gpio::LedLine>(&board.led);
  if (led != nullptr && named(led->line)) {
    text += fmt::format("{}LED on {}, lit is {}", text.empty() ? "" : "; ",
                        line_in_words(led->line), word_of(led->active));
  }
  return text;
}

}  // namespace

std::string_view word_of(gpio::Bias bias) noexcept {
  switch (bias) {
    case gpio::Bias::as_is: return "as-is";
    case gpio::Bias::disabled: return "disabled";
    case gpio::Bias::pull_up: return "pull-up";
    case gpio::Bias::pull_down: return "pull-down";
  }
  return "";
}

std::string_view word_of(gpio::Active active) noexcept {
  return active == gpio::Active::low ? "low" : "high";
}

std::vector<Remark> wiring_in_words(const Board& board) {
  std::vector<Remark> remarks{{"Button", button_in_words(board)}, {"LED", led_in_words(board)}};
  const auto lines = lines_in_words(board);
  if (!lines.empty()) remarks.push_back({"Lines", lines + "."});
  const bool on_header = board.button_pins || board.led_pins;
  if (on_header && !board.pin_1.empty()) remarks.push_back({"Pin 1", board.pin_1 + "."});
  remarks.push_back({"USB", board.usb_device_port.empty()
                                ? "no socket through which it can be a device of a computer."
                                : "a device of a computer through " + board.usb_device_port + "."});
  return remarks;
}

}  // namespace latchkey::board
