// SPDX-License-Identifier: MIT
#include "firmware/monitor/role_users.hpp"

#include <set>
#include <utility>

#include "firmware/monitor/accounts.hpp"

namespace latchkey::monitor {

Result<Identity> role_identity(const std::string& user) {
  auto account = find_account(user);
  if (!account && account.error().is(Errc::not_found)) {
    return fail(Errc::not_found, "looking up the user " + user +
                                     ", whom a part of latchkeyd runs as; `systemd-sysusers` makes "
                                     "such users from /usr/lib/sysusers.d/latchkey.conf");
  }
  if (!account) return fail(std::move(account));
  if (account->uid == 0 || account->gid == 0) {
    return fail(Errc::refused, "running a part of latchkeyd as " + user +
                                   ", who is root or in its group; give him numbers of his own");
  }
  return Identity{account->name, account->uid, account->gid, false};
}

Result<void> check_role_users(std::span<const Account> enrolled,
                              std::span<const char* const> users) {
  std::set<uid_t> seen;
  std::set<gid_t> groups;
  for (const char* user : users) {
    const auto identity = role_identity(user);
    if (!identity) return tl::make_unexpected(identity.error());
    if (!seen.insert(identity->uid).second) {
      return fail(Errc::refused, std::string("running a part of latchkeyd as ") + user +
                                     ", whose number another part has; give him one of his own");
    }
    if (!groups.insert(identity->gid).second) {
      return fail(Errc::refused, std::string("running a part of latchkeyd as ") + user +
                                     ", whose group another part has; give him one of his own");
    }
    for (const auto& account : enrolled) {
      if (account.uid != identity->uid) continue;
      return fail(Errc::refused, std::string("running a part of latchkeyd as ") + user +
                                     ", whose number " + account.name +
                                     " has, too, who may be enrolled; give him one of his own");
    }
  }
  return {};
}

}  // namespace latchkey::monitor
