// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace latchkey::pages {

/// A file of docs/reference that is made from the code.
struct Page {
  std::string path;  ///< below docs/reference
  std::string text;
};

/// led-patterns.md and a timing picture per pattern.
[[nodiscard]] std::vector<Page> led_pages();
/// state-diagram.md.
[[nodiscard]] Page state_diagram();

}  // namespace latchkey::pages
