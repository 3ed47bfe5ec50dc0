// SPDX-License-Identifier: MIT
#include <filesystem>

#include "firmware/board/board.hpp"

namespace latchkey::board {

std::string default_boards() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto boards = program.parent_path().parent_path() / "share/latchkey/boards";
  return std::filesystem::is_directory(boards, error) ? boards.string() : Places().boards;
}

}  // namespace latchkey::board
