// SPDX-License-Identifier: MIT
#include "firmware/monitor/role_users.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace latchkey;
using monitor::check_role_users;
using monitor::role_identity;

// The users are those of data/passwd, by nss_wrapper: CTest sets the environment for it.

namespace {

using Users = std::vector<const char*>;

}  // namespace

TEST_CASE("a role runs as its user, in his group and no other") {
  const auto identity = role_identity("ada");
  REQUIRE(identity);
  CHECK(identity->uid == 1003);
  CHECK(identity->gid == 1003);
  CHECK_FALSE(identity->supplementary_groups);
}

TEST_CASE("a user that is missing is named, with what makes him") {
  for (const auto& checked :
       {check_role_users(), check_role_users({}, Users{"ada", "_latchkey-net"})}) {
    REQUIRE_FALSE(checked);
    CHECK(checked.error().is(Errc::not_found));
    const auto message = checked.error().message();
    CAPTURE(message);
    CHECK(message.find(monitor::kNetUser) != std::string::npos);
    CHECK(message.find("systemd-sysusers") != std::string::npos);
  }
}

TEST_CASE("roles that could harm each other, or are root, do not start") {
  CHECK(check_role_users({}, Users{"ada", "grace", "nobody"}));
  CHECK(check_role_users({}, Users{"ada", "grace", "ada"}).error().is(Errc::refused));
  CHECK(check_role_users({}, Users{"ada", "root"}).error().is(Errc::refused));
  CHECK(check_role_users({}, Users{"ada", "wheel"}).error().is(Errc::refused));
  // Whoever is in the group of another may open what is given to that group.
  CHECK(check_role_users({}, Users{"ada", "lodger"}).error().is(Errc::refused));
  CHECK(check_role_users({}, Users{"lodger", "grace"}));
}

TEST_CASE("a role is nobody who may be enrolled") {
  const auto ada = monitor::find_account("ada");
  REQUIRE(ada);
  const std::vector enrolled{*ada};
  CHECK(check_role_users(enrolled, Users{"grace", "nobody"}));
  const auto checked = check_role_users(enrolled, Users{"grace", "ada"});
  REQUIRE_FALSE(checked);
  CHECK(checked.error().is(Errc::refused));
}

TEST_CASE("the package makes the users that roles become, and no others") {
  std::ifstream file(LATCHKEY_SOURCE_DIR "/firmware/packaging/latchkey.sysusers.conf");
  std::multiset<std::string> made;
  for (std::string text; std::getline(file, text);) {
    std::istringstream words(text);
    std::string type;
    std::string name;
    if (words >> type >> name && type == "u") made.insert(name);
  }
  CHECK(made == std::multiset<std::string>(monitor::kRoleUsers.begin(), monitor::kRoleUsers.end()));
}
