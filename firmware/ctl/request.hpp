// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "firmware/roles/ctl_messages.hpp"
#include "firmware/roles/role_channel.hpp"

namespace latchkey::ctl {

/// Connects and sends one request; the answers come on the channel that is returned.
[[nodiscard]] Result<roles::RoleChannel> request(const std::string& socket_path,
                                                 const roles::ToDaemon& message);

/// What the daemon says, ready for a terminal: the writer runs as the account's user, so that
/// parts of it may be that user's words.
[[nodiscard]] std::string shown(std::string_view text);

/// Says on stderr why the daemon could not be asked; returns the exit code.
[[nodiscard]] int report(const Error& error, const std::string& socket_path);

/// Says on stderr why the daemon refused, or that it answered something unexpected.
[[nodiscard]] int report_refusal(const roles::FromDaemon& reply);

}  // namespace latchkey::ctl
