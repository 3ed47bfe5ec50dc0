// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "core/time.hpp"

namespace latchkey::gpio {

inline constexpr Millis kTap{80};  ///< a short press, longer than any debounce
inline constexpr Millis kLongestHold{600'000};

/// What a line sent to the simulated board asks for (docs/reference/simulated-board.md).
struct BoardCommand {
  enum class Kind { press, release, hold, led } kind = Kind::led;
  Millis duration{};  ///< of a hold; `tap` is one of kTap
};

/// Reads one line without its end. Errc::malformed, whose `doing` is the sentence to answer.
[[nodiscard]] Result<BoardCommand> parse_board_command(std::string_view line);

}  // namespace latchkey::gpio
