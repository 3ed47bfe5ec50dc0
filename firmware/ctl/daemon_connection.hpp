// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "firmware/roles/ctl_messages.hpp"
#include "firmware/roles/role_channel.hpp"

namespace latchkey::ctl {

/// Connects to the running daemon. The error says what to do where that is known (not running,
/// not allowed).
[[nodiscard]] Result<roles::RoleChannel> connect_to_daemon(const std::string& socket_path);

/// What an error of talking to the daemon means to a person: a sentence and a next step.
[[nodiscard]] std::string explain(const Error& error, const std::string& socket_path);

}  // namespace latchkey::ctl
