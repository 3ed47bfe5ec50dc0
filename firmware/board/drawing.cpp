// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "firmware/board/wiring.hpp"
#include "hal/gpio/pin_header.hpp"

namespace latchkey::board {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kIndent = 9;  // of the words, behind what they are about

constexpr std::string_view kButtonColour = "\x1b[1;36m";
constexpr std::string_view kLedColour = "\x1b[1;33m";
constexpr std::string_view kNoColour = "\x1b[0m";

/// What a pin is used for.
struct Use {
  char mark;               // in the place of the pin
  std::string_view label;  // beside it
  std::string_view colour;
};

Use use_of(const Board& board, unsigned pin) {
  const auto on = [&](const std::optional<HeaderPins>& pins) {
    return pins && (pins->signal == pin || pins->other == pin);
  };
  if (on(board.button_pins)) return {'B', "button", kButtonColour};
  if (on(board.led_pins)) return {'L', "LED", kLedColour};
  return {'o', "", ""};
}

class Drawing {
 public:
  Drawing(const Board& board, Colours colours) : board_(board), colours_(colours) {}

  [[nodiscard]] std::string header() const {
    std::string text;
    for (unsigned left = 1; left < gpio::kHeaderPins; left += 2) {
      const auto first = use_of(board_, left);
      const auto second = use_of(board_, left + 1);
      const auto before =
          fmt::format("{:>10} {}{:>8}  {:>2} ", first.label,
                      first.label.empty() ? "       " : "-------", gpio::pin_name(left), left);
      auto behind = fmt::format(" {:<2}  {:<6}", left + 1, gpio::pin_name(left + 1));
      if (!second.label.empty()) behind += fmt::format(" ------- {}", second.label);
      behind.erase(behind.find_last_not_of(' ') + 1);
      text += fmt::format("{}{} {}{}\n", painted(before, first.colour),
                          painted(std::string(1, first.mark), first.colour),
                          painted(std::string(1, second.mark), second.colour),
                          painted(behind, second.colour));
    }
    return text;
  }

 private:
  [[nodiscard]] std::string painted(const std::string& text, std::string_view colour) const {
    if (colours_ == Colours::none || colour.empty()) return text;
    return fmt::format("{}{}{}", colour, text, kNoColour);
  }

  const Board& board_;
  Colours colours_;
};

/// How many columns a text takes where each character takes one: its bytes but for UTF-8's
/// continuations.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

/// "Button   a push button …", broken between words.
std::string paragraph(const Remark& remark) {
  auto line = fmt::format("{:<{}}", remark.about, kIndent);
  std::string text;
  auto column = kIndent;
  std::string_view rest = remark.text;
  while (!rest.empty()) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (column > kIndent && column + 1 + width(word) > kColumns) {
      text += line + "\n";
      line = std::string(kIndent, ' ');
      column = kIndent;
    }
    if (column > kIndent) {
      line += ' ';
      ++column;
    }
    line += word;
    column += width(word);
  }
  return text + line + "\n";
}

}  // namespace

std::string drawn(const Board& board, Colours colours) {
  auto text = fmt::format("{} ({})\n\n", board.title, board.name);
  if (board.button_pins || board.led_pins) text += Drawing(board, colours).header() + "\n";
  for (const auto& remark : wiring_in_words(board)) text += paragraph(remark);
  return text;
}

}  // namespace latchkey::board
