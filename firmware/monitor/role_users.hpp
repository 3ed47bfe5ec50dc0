// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>

#include "firmware/monitor/accounts.hpp"
#include "firmware/monitor/role_process.hpp"

namespace latchkey::monitor {

/// The users that roles become on a real board, each its own; firmware/packaging has the file from
/// which systemd-sysusers makes them.
inline constexpr const char* kNetUser = "_latchkey-net";
inline constexpr const char* kTokenUser = "_latchkey-token";
inline constexpr const char* kVerifyUser = "_latchkey-verify";
inline constexpr std::array<const char*, 3> kRoleUsers{kNetUser, kTokenUser, kVerifyUser};

/// What a role runs as: that user, and no groups but his own. Errc::not_found with what to do where
/// there is no such user; Errc::refused for one who is root. May block on the name service.
[[nodiscard]] Result<Identity> role_identity(const std::string& user);

/// That every role can have its user, whom no other has: better said at the start than in the first
/// window. Errors: those of role_identity(); Errc::refused where two are one, or in one group, or
/// one is an account of `enrolled`.
[[nodiscard]] Result<void> check_role_users(std::span<const Account> enrolled = {},
                                            std::span<const char* const> users = kRoleUsers);

}  // namespace latchkey::monitor
