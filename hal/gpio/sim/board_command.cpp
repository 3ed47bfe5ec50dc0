// SPDX-License-Identifier: MIT
#include "hal/gpio/sim/board_command.hpp"

#include <fmt/format.h>

#include <charconv>

namespace latchkey::gpio {
namespace {

Result<BoardCommand> parse_hold(std::string_view text) {
  Millis::rep count = 0;
  const auto [end, why] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (why != std::errc() || end != text.data() + text.size() || count < 1 ||
      count > kLongestHold.count()) {
    return fail(Errc::malformed,
                fmt::format("hold takes 1 to {} milliseconds", kLongestHold.count()));
  }
  return BoardCommand{BoardCommand::Kind::hold, Millis(count)};
}

}  // namespace

Result<BoardCommand> parse_board_command(std::string_view line) {
  constexpr std::string_view kHold = "hold ";
  if (line == "press") return BoardCommand{BoardCommand::Kind::press, {}};
  if (line == "release") return BoardCommand{BoardCommand::Kind::release, {}};
  if (line == "tap") return BoardCommand{BoardCommand::Kind::hold, kTap};
  if (line == "led") return BoardCommand{BoardCommand::Kind::led, {}};
  if (line.substr(0, kHold.size()) == kHold) return parse_hold(line.substr(kHold.size()));
  return fail(Errc::malformed, "unknown command; known are: press, release, tap, hold MS, led");
}

}  // namespace latchkey::gpio
