// SPDX-License-Identifier: MIT
// wiring_pages DIR          writes a page and a picture for each board of DIR (boards)
// wiring_pages --check DIR  says which in DIR are not what it would write

#include <fmt/format.h>

#include <stdexcept>

#include "docs/generate/page_program.hpp"
#include "docs/generate/wiring_picture.hpp"
#include "firmware/board/wiring.hpp"

namespace {

using namespace latchkey;

std::string page_of(const board::Board& board) {
  auto text = fmt::format(
      "<!-- Made by wiring_pages from {0}.toml. Do not edit. -->\n# {1}\n\n"
      "![How button and LED are wired to {1}]({0}.svg)\n\n",
      board.name, board.title);
  for (const auto& remark : board::wiring_in_words(board)) {
    text += fmt::format("- **{}**: {}\n", remark.about, remark.text);
  }
  if (board.compatible.empty()) {
    text += fmt::format("- **Chosen by**: `use = \"{}\"` in `[board]` of `latchkey.toml` alone.\n",
                        board.name);
  } else {
    text += fmt::format(
        "- **Chosen by**: `{}` in the device tree, or `use = \"{}\"` in `[board]` "
        "of `latchkey.toml`.\n",
        fmt::join(board.compatible, "`, `"), board.name);
  }
  text += fmt::format("\n`latchkeyctl board {}` says the same:\n\n```\n{}```\n\n", board.name,
                      board::drawn(board, board::Colours::none));
  return text +
         "[Wire a button](../docs/how-to/wire-a-button.md) · "
         "[Use an LED of the board's own](../docs/how-to/use-the-boards-own-led.md) · "
         "[All boards and keys](../docs/reference/boards.md)\n";
}

std::vector<pages::Page> wiring_pages(const std::filesystem::path& folder) {
  const auto names = board::board_names(folder.string());
  if (!names) throw std::runtime_error(names.error().message());
  std::vector<pages::Page> made;
  for (const auto& name : *names) {
    config::BoardChoice choice;
    choice.use = name;
    board::Places places;
    places.boards = folder.string();
    const auto board = board::read_board(choice, places);
    if (!board) throw std::runtime_error(board.error().message());
    made.push_back({name + ".md", page_of(*board)});
    made.push_back({name + ".svg", pages::wiring_picture(*board)});
  }
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  return pages::run({"wiring_pages", wiring_pages, "", {".svg", ".md"}}, argc, argv);
}
