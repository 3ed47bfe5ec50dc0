// SPDX-License-Identifier: MIT
#include "firmware/monitor/state_lock.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <filesystem>

#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using monitor::lock_state;

TEST_CASE("a state folder is one daemon's, until that one is gone") {
  const test::TempFolder folder;
  {
    const auto first = lock_state(folder.path());
    REQUIRE(first);
    const auto second = lock_state(folder.path());
    REQUIRE_FALSE(second);
    CHECK(second.error().is(Errc::already_exists));
    CHECK(second.error().doing.find("another latchkeyd is running, and keeps its state in " +
                                    folder.path()) == 0);
  }
  CHECK(lock_state(folder.path()));
  struct stat status {};
  REQUIRE(::stat(folder.file("lock").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("a link in its place is not followed, and a folder that is not there is an error") {
  const test::TempFolder folder;
  std::filesystem::create_symlink(folder.file("elsewhere"), folder.file("lock"));
  CHECK_FALSE(lock_state(folder.path()));
  CHECK_FALSE(std::filesystem::exists(folder.file("elsewhere")));
  CHECK_FALSE(lock_state(folder.file("nowhere")));
}
