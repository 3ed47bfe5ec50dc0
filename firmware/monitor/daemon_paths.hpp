// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "firmware/board/board.hpp"
#include "firmware/monitor/site.hpp"

namespace latchkey::monitor {

/// Where a daemon has its things (docs/reference/files.md).
struct DaemonPaths {
  std::string config;  ///< latchkey.toml; need not exist unless it was named
  bool config_required = false;
  std::string state;    ///< folder of log.jsonl, failures, handles.json; made (0700) when missing
  std::string control;  ///< latchkeyctl's socket; its folder is made (0755) when missing
  std::string roles;    ///< folder of the role executables
  std::string simulation;  ///< folder of the simulated board; empty: this machine's own
  board::Places board{};   ///< what a real board is known by
  TrustFolders trust{};    ///< for latchkey-verify

  [[nodiscard]] bool simulated() const noexcept { return !simulation.empty(); }
};

/// `program` is the full path of the running latchkeyd: what came with it is looked for beside its
/// folder, libexec/latchkey (libexec in a build folder) and share/latchkey. `config` is the file
/// that was named on the command line; empty: none.
[[nodiscard]] DaemonPaths installed_paths(const std::string& program, const std::string& config);

/// All that is written, and the configuration, below `folder`, an absolute path.
[[nodiscard]] DaemonPaths simulated_paths(const std::string& program, const std::string& config,
                                          const std::string& folder);

}  // namespace latchkey::monitor
