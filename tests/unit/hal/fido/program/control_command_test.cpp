// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/control_command.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace latchkey;
using namespace latchkey::fido::sim;
using Kind = ControlCommand::Kind;

TEST_CASE("each command of the simulated key is understood") {
  CHECK(parse_control_command("plug")->kind == Kind::plug);
  CHECK(parse_control_command("unplug")->kind == Kind::unplug);
  CHECK(parse_control_command("state")->kind == Kind::state);
  CHECK(parse_control_command("touch once")->kind == Kind::touch_once);
  for (const auto answer : {Reply::yes, Reply::no, Reply::never}) {
    const auto command = parse_control_command("touch " + std::string(name_of(answer)));
    REQUIRE(command.has_value());
    CHECK(command->kind == Kind::touch);
    CHECK(command->answer == answer);
  }
}

TEST_CASE("a touch of no known kind is told the kinds") {
  for (const auto* line : {"touch ", "touch maybe", "touch YES", "touch yes ", "touch  yes"}) {
    CAPTURE(line);
    const auto command = parse_control_command(line);
    REQUIRE_FALSE(command.has_value());
    CHECK(command.error().doing == "touch takes yes, no, never or once");
  }
}

TEST_CASE("anything else is told the commands there are") {
  using namespace std::string_view_literals;
  for (const auto line : {""sv, "PLUG"sv, " plug"sv, "plug "sv, "touch"sv, "plug\0"sv, "help"sv}) {
    const auto command = parse_control_command(line);
    REQUIRE_FALSE(command.has_value());
    CHECK(command.error().is(Errc::malformed));
    CHECK(command.error().doing ==
          "unknown command; known are: plug, unplug, touch yes|no|never|once, state");
  }
}

TEST_CASE("a command that is cut short or has one bit wrong is none") {
  for (const std::string line :
       {"plug", "unplug", "state", "touch yes", "touch no", "touch never", "touch once"}) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      CAPTURE(line.substr(0, at));
      CHECK_FALSE(parse_control_command(line.substr(0, at)).has_value());
      for (unsigned bit = 0; bit < 8; ++bit) {
        auto flipped = line;
        flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << bit));
        CHECK_FALSE(parse_control_command(flipped).has_value());
      }
    }
  }
}

TEST_CASE("a name of an answer is the answer's, and no other is one") {
  for (const auto answer : {Reply::yes, Reply::no, Reply::never}) {
    CHECK(parse_reply(name_of(answer)) == answer);
  }
  CHECK_FALSE(parse_reply("once").has_value());
  CHECK_FALSE(parse_reply("").has_value());
}
