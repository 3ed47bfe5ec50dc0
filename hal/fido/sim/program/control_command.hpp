// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "hal/fido/sim/device/person.hpp"

namespace latchkey::fido::sim {

/// What a line sent to DIR/key.sock asks for (docs/reference/simulated-security-key.md).
struct ControlCommand {
  enum class Kind : std::uint8_t { plug, unplug, touch, touch_once, state } kind = Kind::state;
  Reply answer = Reply::never;  ///< of touch: the standing answer from now on
};

/// Reads one line without its end. Errc::malformed, whose `doing` is the sentence to answer.
[[nodiscard]] Result<ControlCommand> parse_control_command(std::string_view line);

/// "yes", "no", "never", and back. Errc::malformed.
[[nodiscard]] std::string_view name_of(Reply answer);
[[nodiscard]] Result<Reply> parse_reply(std::string_view name);

}  // namespace latchkey::fido::sim
