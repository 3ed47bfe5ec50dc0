// SPDX-License-Identifier: MIT
// pairing_pages DIR          writes the pages into DIR (docs/reference)
// pairing_pages --check DIR  says which pages in DIR are not what it would write

#include "docs/generate/page_program.hpp"

int main(int argc, char** argv) {
  using namespace latchkey::pages;
  const auto pages = [](const std::filesystem::path& /*folder*/) {
    auto made = led_pages();
    made.push_back(state_diagram());
    return made;
  };
  return run({"pairing_pages", pages, "led", {".svg"}}, argc, argv);
}
