// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "core/error.hpp"

namespace latchkey::monitor {

/// The numbers (capabilities(7)) that the monitor cannot do without on a real board: to start roles
/// as other users and to end them, and to listen below port 1024 where `port` is there.
/// docs/explanation/decisions/0014-few-capabilities.md says why each.
[[nodiscard]] std::vector<unsigned> needed_capabilities(std::uint16_t port);

/// Gives up, for good, every other capability of this thread, and all of them for whatever it
/// starts: nothing is inheritable, the bounding set is empty, and no program gains privileges. What
/// is kept is lost with a change to another user, and with the start of any program.
///
/// For a process that is root and has one thread. Errc::refused where the kernel says no: the
/// service manager must leave CAP_SETPCAP and all that is kept.
[[nodiscard]] Result<void> keep_only(const std::vector<unsigned>& capabilities);

}  // namespace latchkey::monitor
