// SPDX-License-Identifier: MIT
#include "firmware/monitor/daemon_paths.hpp"

#include <doctest/doctest.h>
#include <filesystem>

#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using monitor::installed_paths;
using monitor::simulated_paths;

TEST_CASE("an installed daemon has its things where Debian's packages have them") {
  const auto paths = installed_paths("/usr/sbin/latchkeyd", {});
  CHECK_FALSE(paths.simulated());
  CHECK(paths.config == "/etc/latchkey/latchkey.toml");
  CHECK_FALSE(paths.config_required);
  CHECK(paths.state == "/var/lib/latchkey");
  CHECK(paths.control == "/run/latchkey/ctl.sock");
  CHECK(paths.board.boards == "/usr/share/latchkey/boards");
  CHECK(paths.board.device_tree == "/proc/device-tree");
  CHECK(paths.trust.roots == "/etc/latchkey/roots.d");
  CHECK(paths.trust.intermediates == "/usr/share/latchkey/intermediates.d");
}

TEST_CASE("a configuration that is named has to be there") {
  for (const auto& paths : {installed_paths("/usr/sbin/latchkeyd", "/tmp/other.toml"),
                            simulated_paths("/usr/sbin/latchkeyd", "/tmp/other.toml", "/tmp/pi")}) {
    CHECK(paths.config == "/tmp/other.toml");
    CHECK(paths.config_required);
  }
}

TEST_CASE("roles and boards come with the program: installed, and in a build folder") {
  const test::TempFolder folder;
  namespace fs = std::filesystem;
  const auto program = folder.file("bin/latchkeyd");
  fs::create_directories(folder.file("libexec"));
  const auto built = installed_paths(program, {});
  CHECK(built.roles == folder.file("libexec"));
  CHECK(built.board.boards == folder.file("share/latchkey/boards"));
  fs::create_directory(folder.file("libexec/latchkey"));
  CHECK(installed_paths(program, {}).roles == folder.file("libexec/latchkey"));
  CHECK(simulated_paths(program, {}, "/tmp/pi").roles == folder.file("libexec/latchkey"));
}

TEST_CASE("a simulated daemon leaves the machine's folders alone") {
  const auto paths = simulated_paths("/usr/sbin/latchkeyd", {}, "/tmp/pi");
  CHECK(paths.simulated());
  CHECK_FALSE(paths.config_required);
  for (const auto& path : {paths.config, paths.state, paths.control, paths.simulation,
                           paths.trust.roots, paths.trust.intermediates}) {
    CAPTURE(path);
    CHECK(path.starts_with("/tmp/pi"));
  }
}
