// SPDX-License-Identifier: MIT
#include "firmware/monitor/accounts.hpp"

#include <pwd.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <string_view>

namespace latchkey::monitor {
namespace {

constexpr uid_t kFirstRegular = 1000;
constexpr uid_t kLastRegular = 59'999;
constexpr std::size_t kMaxEntry = std::size_t{64} * 1024;
constexpr std::string_view kFirst = "@first";

Account to_account(const passwd& entry) {
  return {entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir};
}

template <class Lookup>
Result<Account> look_up(Lookup lookup, const std::string& what) {
  std::vector<char> buffer(kMaxEntry);
  passwd entry{};
  passwd* found = nullptr;
  const int why = lookup(&entry, buffer.data(), buffer.size(), &found);
  if (why != 0 && why != ENOENT) return fail_errno(why, "looking up " + what);
  if (found == nullptr) return fail(Errc::not_found, "looking up " + what);
  return to_account(*found);
}

bool can_log_in(const passwd& entry) {
  const std::string_view shell = entry.pw_shell;
  if (entry.pw_dir[0] != '/') return false;
  return !shell.ends_with("/nologin") && !shell.ends_with("/false");
}

}  // namespace

Result<Account> find_account(const std::string& name) {
  return look_up(
      [&](passwd* entry, char* buffer, std::size_t size, passwd** found) {
        return ::getpwnam_r(name.c_str(), entry, buffer, size, found);
      },
      "user " + name);
}

Result<Account> own_account() {
  return look_up(
      [](passwd* entry, char* buffer, std::size_t size, passwd** found) {
        return ::getpwuid_r(::geteuid(), entry, buffer, size, found);
      },
      "our own user");
}

std::optional<Account> first_regular_account() {
  std::optional<Account> first;
  ::setpwent();
  while (const passwd* entry = ::getpwent()) {
    if (entry->pw_uid < kFirstRegular || entry->pw_uid > kLastRegular || !can_log_in(*entry)) {
      continue;
    }
    if (!first || entry->pw_uid < first->uid) first = to_account(*entry);
  }
  ::endpwent();
  return first;
}

std::vector<Account> enrollable(const std::vector<std::string>& policy) {
  std::vector<Account> accounts;
  const auto add = [&](Account account) {
    const auto same = [&](const Account& other) { return other.name == account.name; };
    if (std::none_of(accounts.begin(), accounts.end(), same)) {
      accounts.push_back(std::move(account));
    }
  };
  if (::geteuid() != 0) {
    auto own = own_account();
    const auto allowed = [&](const std::string& name) {
      return name == kFirst || name == own->name;
    };
    if (own && std::any_of(policy.begin(), policy.end(), allowed)) add(std::move(*own));
    return accounts;
  }
  for (const auto& name : policy) {
    if (name == kFirst) {
      if (auto first = first_regular_account()) add(std::move(*first));
    } else if (auto account = find_account(name)) {
      add(std::move(*account));
    }
  }
  return accounts;
}

}  // namespace latchkey::monitor
