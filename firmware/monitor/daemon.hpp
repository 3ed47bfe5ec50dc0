// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/error.hpp"
#include "firmware/monitor/site.hpp"

namespace latchkey::monitor {

/// Where a daemon has its things.
struct DaemonPaths {
  std::string config;  ///< latchkey.toml; need not exist unless it was named
  bool config_required = false;
  std::string state;    ///< folder of log.jsonl, failures, handles.json; made (0700) when missing
  std::string control;  ///< latchkeyctl's socket
  std::string roles;    ///< folder of the role executables
  std::string simulation;  ///< folder of the simulated board; security-keys (0700) is made in it
  /// For latchkey-verify.
  TrustFolders trust{"/etc/latchkey/roots.d", "/usr/share/latchkey/intermediates.d"};
};

/// Runs latchkeyd until SIGTERM or SIGINT. Errors are those of the start.
[[nodiscard]] Result<void> run_daemon(const DaemonPaths& paths);

}  // namespace latchkey::monitor
