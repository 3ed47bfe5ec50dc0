// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "firmware/roles/ctl_messages.hpp"
#include "firmware/roles/role_channel.hpp"

namespace latchkey::ctl {

/// Connects and sends one request; the answers come on the channel that is returned.
[[nodiscard]] Result<roles::RoleChannel> request(const std::string& socket_path,
                                                 const roles::ToDaemon& message);

/// Says on stderr why the daemon could not be asked; returns the exit code.
[[nodiscard]] int report(const Error& error, const std::string& socket_path);

/// Says on stderr why the daemon refused, or that it answered something unexpected.
[[nodiscard]] int report_refusal(const roles::FromDaemon& reply);

}  // namespace latchkey::ctl
