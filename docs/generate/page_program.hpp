// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "docs/generate/page.hpp"

namespace latchkey::pages {

/// A program that writes pages or checks that they are as it would write them.
struct PageProgram {
  std::string_view name;
  /// The pages for a folder, with paths below it.
  std::function<std::vector<Page>(const std::filesystem::path& folder)> pages;
  /// Files with these endings, directly in this folder below it (empty: in itself), are pages
  /// alone.
  std::string_view kept_clean;
  std::vector<std::string_view> endings;
};

/// NAME DIR writes the pages into DIR; NAME --check DIR says which are not what it would write.
/// Returns the exit code.
[[nodiscard]] int run(const PageProgram& program, int argc, char** argv);

}  // namespace latchkey::pages
