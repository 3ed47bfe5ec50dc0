// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/see_chips.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/temp_folder.hpp"

using namespace latchkey;

TEST_CASE("what is named like a chip and is no device is not looked at") {
  const test::TempFolder folder;
  std::ofstream(folder.file("gpiochip0")) << "text";
  std::filesystem::create_directory(folder.file("gpiochip1"));
  std::filesystem::create_symlink("/dev/null", folder.file("gpiochip2"));
  std::filesystem::create_symlink("nowhere", folder.file("gpiochip3"));
  const auto seen = gpio::see_chips(folder.path());
  CHECK(seen.chips.empty());
  CHECK(seen.closed.empty());
}

TEST_CASE("a folder that is not there has no chips") {
  const test::TempFolder folder;
  CHECK(gpio::see_chips(folder.file("none")).chips.empty());
}
