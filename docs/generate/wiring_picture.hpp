// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "firmware/board/board.hpp"

namespace latchkey::pages {

/// An SVG: the header with pin 1 at the lower left, and wires to a button and an LED; for a board
/// without one, its GPIO chip.
[[nodiscard]] std::string wiring_picture(const board::Board& board);

}  // namespace latchkey::pages
