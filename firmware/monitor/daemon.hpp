// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/error.hpp"
#include "firmware/monitor/daemon_paths.hpp"

namespace latchkey::monitor {

/// How a daemon that had started came to its end.
struct DaemonEnd {
  std::optional<Error>
      breakdown;  ///< what went away that it cannot do without; none: SIGTERM, SIGINT
};

/// Runs latchkeyd. Errors are those of the start. On a real board this needs root, and keeps few of
/// its privileges (privileges.hpp).
[[nodiscard]] Result<DaemonEnd> run_daemon(const DaemonPaths& paths);

}  // namespace latchkey::monitor
