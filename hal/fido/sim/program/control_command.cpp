// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/control_command.hpp"

#include <string>

namespace latchkey::fido::sim {

std::string_view name_of(Reply answer) {
  switch (answer) {
    case Reply::yes: return "yes";
    case Reply::no: return "no";
    case Reply::never: break;
  }
  return "never";
}

Result<Reply> parse_reply(std::string_view name) {
  for (const auto answer : {Reply::yes, Reply::no, Reply::never}) {
    if (name == name_of(answer)) return answer;
  }
  return fail(Errc::malformed, "touch takes yes, no or never");
}

Result<ControlCommand> parse_control_command(std::string_view line) {
  using Kind = ControlCommand::Kind;
  constexpr std::string_view kTouch = "touch ";
  if (line == "plug") return ControlCommand{Kind::plug};
  if (line == "unplug") return ControlCommand{Kind::unplug};
  if (line == "state") return ControlCommand{Kind::state};
  if (line == "touch once") return ControlCommand{Kind::touch_once};
  if (line.substr(0, kTouch.size()) == kTouch) {
    const auto answer = parse_reply(line.substr(kTouch.size()));
    if (!answer) return fail(Errc::malformed, "touch takes yes, no, never or once");
    return ControlCommand{Kind::touch, *answer};
  }
  return fail(Errc::malformed,
              "unknown command; known are: plug, unplug, touch yes|no|never|once, state");
}

}  // namespace latchkey::fido::sim
