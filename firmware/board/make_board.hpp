// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "firmware/board/board.hpp"
#include "hal/gpio/pin_header.hpp"

/// From values that may be absent to a board. Pure.
namespace latchkey::board {

/// `values`, with those of `changes` in place of its own. Another line takes the pins along that
/// the old one had; an LED of the kernel's takes the line.
[[nodiscard]] config::BoardValues changed(config::BoardValues values,
                                          const config::BoardValues& changes);

/// A Pi's own chip says by itself on which pin of the header a line is, and the nearest free pin is
/// taken for its other side, where the values do not. Absent: bias pull-up, button active low, LED
/// active high. Errors: Errc::malformed (a pin that is not the line's, pins or lines used twice).
[[nodiscard]] Result<Board> make_board(std::string_view name, const config::BoardFile& file);

/// Where the side goes that is not the line's, ground or 3V3: a button's to the level that its line
/// is pulled away from (with no bias: to the one that means pressed), an LED's to the one that does
/// not light it.
[[nodiscard]] gpio::PinKind other_side(const gpio::ButtonLine& button) noexcept;
[[nodiscard]] gpio::PinKind other_side(const gpio::LedLine& led) noexcept;

/// Errc::malformed where nothing says which line button or LED is on.
[[nodiscard]] Result<> check_lines(const Board& board);

}  // namespace latchkey::board
