// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "core/sentence.hpp"
#include "firmware/monitor/daemon.hpp"

namespace {

constexpr int kUsage = 64;
constexpr int kUnavailable = 69;
constexpr int kSoftware = 70;
constexpr int kNoPermission = 77;
constexpr int kConfiguration = 78;

/// Makes the folder of a simulation.
latchkey::monitor::DaemonPaths make_paths(const std::string& config,
                                          const std::string& simulation) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error).string();
  if (simulation.empty()) return latchkey::monitor::installed_paths(program, config);
  if (fs::create_directories(simulation, error)) {
    fs::permissions(simulation, fs::perms::owner_all, error);
  }
  return latchkey::monitor::simulated_paths(program, config, fs::absolute(simulation).string());
}

int run(int argc, char** argv) {
  CLI::App app(
      "Enrols SSH keys at the press of a button: waits for the press, shows a code on the LED, "
      "lets one key in",
      "latchkeyd");
  app.set_version_flag("--version", "latchkeyd " LATCHKEY_VERSION);
  std::string config;
  std::string simulation;
  app.add_option("--config", config,
                 "Configuration [/etc/latchkey/latchkey.toml; with --simulate DIR/latchkey.toml]");
  app.add_option("--simulate", simulation,
                 "Drive a simulated board through DIR/board.sock; state and control socket go "
                 "to DIR as well")
      ->type_name("DIR");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (simulation.empty() && ::geteuid() != 0) {
    fmt::print(
        stderr,
        "latchkeyd: on a real board it has to be started by root, for its GPIO lines and to "
        "write as the user whose key is enrolled: try again with sudo, or with --simulate DIR "
        "for a simulated board.\n");
    return kNoPermission;
  }
  const auto end = latchkey::monitor::run_daemon(make_paths(config, simulation));
  if (!end) {
    fmt::print(stderr, "latchkeyd: cannot start: {}.\n", latchkey::sentence(end.error()));
    return end.error().code.category() == latchkey::latchkey_category() ? kConfiguration
                                                                        : kUnavailable;
  }
  if (end->breakdown) {
    fmt::print(stderr, "latchkeyd: cannot go on: {}.\n", latchkey::sentence(*end->breakdown));
    return kUnavailable;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fputs("latchkeyd: ", stderr);
    std::fputs(error.what(), stderr);
    std::fputs("\n", stderr);
    return kSoftware;
  }
}
