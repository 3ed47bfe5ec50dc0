// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "firmware/monitor/daemon.hpp"

namespace {

constexpr int kUsage = 64;
constexpr int kUnavailable = 69;
constexpr int kSoftware = 70;
constexpr int kConfiguration = 78;

/// Installed, /usr/sbin/latchkeyd and /usr/libexec/latchkey; in a build folder, bin and libexec.
std::string roles_folder() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto libexec = program.parent_path().parent_path() / "libexec";
  const auto installed = libexec / "latchkey";
  return (std::filesystem::is_directory(installed, error) ? installed : libexec).string();
}

int run(int argc, char** argv) {
  CLI::App app(
      "Enrols SSH keys at the press of a button: waits for the press, shows a code on the LED, "
      "lets one key in",
      "latchkeyd");
  app.set_version_flag("--version", "latchkeyd " LATCHKEY_VERSION);
  latchkey::monitor::DaemonPaths paths;
  std::string config;
  app.add_option("--config", config,
                 "Configuration [/etc/latchkey/latchkey.toml; with --simulate DIR/latchkey.toml]");
  app.add_option("--simulate", paths.simulation,
                 "Drive a simulated board through DIR/board.sock; state and control socket go "
                 "to DIR as well")
      ->type_name("DIR");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  if (paths.simulation.empty()) {
    fmt::print(stderr,
               "latchkeyd: this version drives the simulated board only, not a Pi's GPIO yet.\n"
               "Start it with --simulate DIR and press the button through DIR/board.sock.\n");
    return kUnavailable;
  }
  std::error_code error;
  if (std::filesystem::create_directories(paths.simulation, error)) {
    std::filesystem::permissions(paths.simulation, std::filesystem::perms::owner_all, error);
  }
  paths.simulation = std::filesystem::absolute(paths.simulation).string();
  paths.config_required = !config.empty();
  paths.config = config.empty() ? paths.simulation + "/latchkey.toml" : config;
  paths.state = paths.simulation + "/state";
  paths.control = paths.simulation + "/ctl.sock";
  paths.roles = roles_folder();
  paths.trust = {paths.simulation + "/roots.d", paths.simulation + "/intermediates.d"};

  if (const auto run = latchkey::monitor::run_daemon(paths); !run) {
    fmt::print(stderr, "latchkeyd: cannot start: {}.\n", run.error().message());
    return run.error().code.category() == latchkey::latchkey_category() ? kConfiguration
                                                                        : kUnavailable;
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
