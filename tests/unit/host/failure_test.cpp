// SPDX-License-Identifier: MIT
#include "host/failure.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

using namespace latchkey::host;

TEST_CASE("every reason has one name, and every name one reason") {
  std::set<std::string_view> names;
  for (const auto& entry : all_reasons()) {
    CHECK(names.insert(entry.name).second);
    CHECK(name_of(entry.reason) == entry.name);
    CHECK(exit_code_of(entry.reason) == entry.exit);
    CHECK(entry.exit != ExitCode::ok);
  }
  CHECK(names.size() == static_cast<std::size_t>(Reason::internal) + 1);
}

TEST_CASE("the page of exit codes tells each reason with its number") {
  std::ifstream file(LATCHKEY_SOURCE_DIR "/docs/reference/exit-codes.md");
  std::ostringstream page;
  page << file.rdbuf();
  REQUIRE_FALSE(page.str().empty());
  for (const auto& entry : all_reasons()) {
    std::istringstream lines(page.str());
    int found = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.find("| `" + std::string(entry.name) + "` |") == std::string::npos) continue;
      ++found;
      CHECK(line.starts_with("| " + std::to_string(static_cast<int>(entry.exit)) + " |"));
    }
    CHECK_MESSAGE(found == 1, entry.name);
  }
}
