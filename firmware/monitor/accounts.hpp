// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace latchkey::monitor {

/// A user of this machine.
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;
};

/// getpwnam_r. Errc::not_found for a user that is not there. May block on the name service.
[[nodiscard]] Result<Account> find_account(const std::string& name);
/// The user we run as.
[[nodiscard]] Result<Account> own_account();
/// The regular user with the lowest number (1000 to 59999, with a home and a shell), nullopt
/// when there is none.
[[nodiscard]] std::optional<Account> first_regular_account();

/// The accounts that may be enrolled now, the default one first. As root: what policy names,
/// "@first" resolved, unknown ones left out. As anybody else: that user alone, and only where
/// policy says "@first" or the name.
[[nodiscard]] std::vector<Account> enrollable(const std::vector<std::string>& policy);

}  // namespace latchkey::monitor
