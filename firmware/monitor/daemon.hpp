// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/error.hpp"

namespace latchkey::monitor {

/// Where a daemon has its things.
struct DaemonPaths {
  std::string config;  ///< latchkey.toml; need not exist unless it was named
  bool config_required = false;
  std::string state;       ///< folder of log.jsonl and failures; made (0700) when missing
  std::string control;     ///< latchkeyctl's socket
  std::string roles;       ///< folder of the role executables
  std::string simulation;  ///< folder of the simulated board
};

/// Runs latchkeyd until SIGTERM or SIGINT. Errors are those of the start.
[[nodiscard]] Result<void> run_daemon(const DaemonPaths& paths);

}  // namespace latchkey::monitor
