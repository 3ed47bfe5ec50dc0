// SPDX-License-Identifier: MIT
#include "hal/fido/sim/socket/folders.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using Folders = std::vector<std::string>;

TEST_CASE("A list of folders is split at its colons, and empty ones are none") {
  CHECK((split_folders("") == Folders{}));
  CHECK((split_folders(":::") == Folders{}));
  CHECK((split_folders("/a") == Folders{"/a"}));
  CHECK((split_folders("/a:/b c::/d:") == Folders{"/a", "/b c", "/d"}));
}

TEST_CASE("The folders below one are found by name, hidden ones left out") {
  const test::TempFolder folder;
  for (const char* name : {"two", "one", ".hidden"}) {
    std::filesystem::create_directory(folder.file(name));
  }
  CHECK((folders_below(folder.path()) == Folders{folder.file("one"), folder.file("two")}));
  CHECK((folders_below(folder.file("nothing")) == Folders{}));
}
