// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "firmware/board/board.hpp"

/// How a board is wired, for people: in words and as a picture of characters. Pure.
namespace latchkey::board {

/// "Button": "GPIO17 (pin 11) to ground (pin 9)…".
struct Remark {
  std::string about;
  std::string text;
};

/// What there is to know and to do, in the order in which a person wants it.
[[nodiscard]] std::vector<Remark> wiring_in_words(const Board& board);

/// "pull-up", "low": as in the board's file.
[[nodiscard]] std::string_view word_of(gpio::Bias bias) noexcept;
[[nodiscard]] std::string_view word_of(gpio::Active active) noexcept;

enum class Colours { none, ansi };

/// Title, header with button and LED marked (unless neither is on it), and the words. ASCII but for
/// what the board's own texts have; lines of at most 80 columns, each with its newline.
[[nodiscard]] std::string drawn(const Board& board, Colours colours);

}  // namespace latchkey::board
