// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace latchkey::monitor {

/// Tells the service manager: one datagram to $NOTIFY_SOCKET (sd_notify(3)), nothing where there
/// is none. By hand, since libsystemd would drag its own libraries into a root process.
void tell_service_manager(std::string_view state) noexcept;

}  // namespace latchkey::monitor
