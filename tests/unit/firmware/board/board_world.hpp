// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "firmware/board/board.hpp"
#include "tests/unit/temp_folder.hpp"

namespace latchkey::test {

/// A folder of boards and a device tree, both empty at first.
struct BoardWorld {
  TempFolder folder;
  std::string boards = folder.file("boards");
  std::string tree = folder.file("device-tree");
  board::Places places{boards, tree};

  BoardWorld() {
    std::filesystem::create_directory(boards);
    std::filesystem::create_directory(tree);
  }
  void board(const std::string& name, const std::string& toml) const {
    std::ofstream(boards + "/" + name + ".toml", std::ios::binary) << toml;
  }
  void device_tree(const std::string& compatible) const {
    std::ofstream(tree + "/compatible", std::ios::binary) << compatible;
  }
  /// What find_board() says that is wrong, with the folder's path taken out.
  [[nodiscard]] std::string refusal(const config::BoardChoice& choice = {},
                                    Errc code = Errc::not_found) const {
    const auto found = board::find_board(choice, places);
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().is(code));
    auto text = found.error().doing;
    for (auto at = text.find(folder.path()); at != std::string::npos;
         at = text.find(folder.path(), at)) {
      text.replace(at, folder.path().size(), "…");
    }
    return text;
  }
};

inline const std::string kLines =
    "[button]\nchip = 'pinctrl-rp1'\noffset = 17\n[led]\nchip = 'pinctrl-rp1'\noffset = 27\n";
inline const std::string kAcme = "title = 'Acme'\ncompatible = ['acme,one', 'acme,two']\n" + kLines;

inline config::BoardChoice use(const std::string& name) {
  config::BoardChoice choice;
  choice.use = name;
  return choice;
}

}  // namespace latchkey::test
