// SPDX-License-Identifier: MIT
#include "firmware/monitor/daemon_paths.hpp"

#include <filesystem>

#include "firmware/roles/ctl_messages.hpp"

namespace latchkey::monitor {
namespace {

namespace fs = std::filesystem;

/// Installed, /usr/sbin/latchkeyd beside /usr/libexec and /usr/share; in a build folder, bin beside
/// libexec and share.
fs::path beside(const std::string& program) {
  return fs::path(program).parent_path().parent_path();
}

DaemonPaths paths_of(const std::string& program, const std::string& config) {
  DaemonPaths paths;
  paths.config = config;
  paths.config_required = !config.empty();
  const auto libexec = beside(program) / "libexec";
  std::error_code error;
  const auto installed = libexec / "latchkey";
  paths.roles = (fs::is_directory(installed, error) ? installed : libexec).string();
  paths.board.boards = (beside(program) / "share/latchkey/boards").string();
  return paths;
}

}  // namespace

DaemonPaths installed_paths(const std::string& program, const std::string& config) {
  auto paths = paths_of(program, config);
  if (config.empty()) paths.config = "/etc/latchkey/latchkey.toml";
  paths.state = "/var/lib/latchkey";
  paths.control = roles::kControlSocket;
  paths.trust = {"/etc/latchkey/roots.d", "/usr/share/latchkey/intermediates.d"};
  return paths;
}

DaemonPaths simulated_paths(const std::string& program, const std::string& config,
                            const std::string& folder) {
  auto paths = paths_of(program, config);
  if (config.empty()) paths.config = folder + "/latchkey.toml";
  paths.state = folder + "/state";
  paths.control = folder + "/ctl.sock";
  paths.simulation = folder;
  paths.trust = {folder + "/roots.d", folder + "/intermediates.d"};
  return paths;
}

}  // namespace latchkey::monitor
