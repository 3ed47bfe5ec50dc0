// SPDX-License-Identifier: MIT
#include "hal/gpio/sim/board_command.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace latchkey;
using gpio::BoardCommand;
using gpio::parse_board_command;
using Kind = BoardCommand::Kind;

TEST_CASE("each command of the simulated board is understood") {
  CHECK(parse_board_command("press")->kind == Kind::press);
  CHECK(parse_board_command("release")->kind == Kind::release);
  CHECK(parse_board_command("led")->kind == Kind::led);
  const auto tap = parse_board_command("tap");
  CHECK(tap->kind == Kind::hold);
  CHECK(tap->duration == Millis(80));
  const auto hold = parse_board_command("hold 3000");
  CHECK(hold->kind == Kind::hold);
  CHECK(hold->duration == Millis(3'000));
}

TEST_CASE("a hold has a shortest and a longest duration") {
  CHECK(parse_board_command("hold 1").has_value());
  CHECK(parse_board_command("hold 600000").has_value());
  for (const auto* line : {"hold 0", "hold 600001", "hold -1", "hold 99999999999999999999", "hold ",
                           "hold 5s", "hold 5 ", "hold  5", "hold 0x10"}) {
    CAPTURE(line);
    const auto command = parse_board_command(line);
    REQUIRE_FALSE(command.has_value());
    CHECK(command.error().doing == "hold takes 1 to 600000 milliseconds");
  }
}

TEST_CASE("anything else is answered with the commands there are") {
  using namespace std::string_view_literals;
  for (const auto line :
       {""sv, "PRESS"sv, " press"sv, "press "sv, "hold"sv, "press\0"sv, "help"sv}) {
    const auto command = parse_board_command(line);
    REQUIRE_FALSE(command.has_value());
    CHECK(command.error().is(Errc::malformed));
    CHECK(command.error().doing == "unknown command; known are: press, release, tap, hold MS, led");
  }
}
