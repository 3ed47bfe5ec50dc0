// SPDX-License-Identifier: MIT
#include "firmware/monitor/accounts.hpp"

#include <doctest/doctest.h>
#include <unistd.h>
#include <cstdlib>

using namespace latchkey;
using monitor::Account;
using monitor::enrollable;

// The users are those of data/passwd, by nss_wrapper: CTest sets the environment for it.

namespace {

constexpr uid_t kAda = 1003;

std::vector<std::string> names(const std::vector<Account>& accounts) {
  std::vector<std::string> result;
  result.reserve(accounts.size());
  for (const auto& account : accounts) result.push_back(account.name);
  return result;
}

using Names = std::vector<std::string>;

/// Only root can be somebody else for a while.
class AsUser final {
 public:
  explicit AsUser(uid_t user) { REQUIRE(::seteuid(user) == 0); }
  ~AsUser() { (void)!::seteuid(0); }
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;
  AsUser(AsUser&&) = delete;
  AsUser& operator=(AsUser&&) = delete;
};

bool is_root() { return ::geteuid() == 0; }

}  // namespace

TEST_CASE("the users are those of the test") {
  REQUIRE_MESSAGE(std::getenv("NSS_WRAPPER_PASSWD") != nullptr, "run this test through ctest");
  CHECK(monitor::find_account("grace"));
}

TEST_CASE("the first regular account is the lowest number with a home and a shell") {
  const auto first = monitor::first_regular_account();
  REQUIRE(first);
  CHECK(first->name == "ada");
  CHECK(first->uid == kAda);
  CHECK(first->gid == 1003);
  CHECK(first->home == "/home/ada");
}

TEST_CASE("an account is found by its name alone") {
  const auto grace = monitor::find_account("grace");
  REQUIRE(grace);
  CHECK(grace->uid == 1500);
  CHECK(grace->home == "/home/grace");
  for (const auto* name : {"", "nemo", "1500", "@first", "grace ", "grace:x", "grace\n"}) {
    CAPTURE(name);
    const auto nobody = monitor::find_account(name);
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().is(Errc::not_found));
  }
}

TEST_CASE("as root, policy names who may be enrolled, in its order") {
  if (!is_root()) return;
  CHECK(names(enrollable({"@first"})) == Names{"ada"});
  CHECK(names(enrollable({"grace", "@first"})) == Names{"grace", "ada"});
  CHECK(names(enrollable({"nemo", "grace", "nemo"})) == Names{"grace"});
  CHECK(names(enrollable({"@first", "ada", "ada"})) == Names{"ada"});
  CHECK(enrollable({}).empty());
  CHECK(enrollable({"nemo"}).empty());
}

TEST_CASE("root is enrollable only where policy names it") {
  if (!is_root()) return;
  CHECK(names(enrollable({"@first", "root"})) == Names{"ada", "root"});
  CHECK(names(enrollable({"@first", "ada"})) == Names{"ada"});
}

TEST_CASE("an ordinary user may enrol nobody else, whatever policy says") {
  if (!is_root()) return;
  const AsUser ada(kAda);
  CHECK(monitor::own_account()->name == "ada");
  CHECK(names(enrollable({"@first"})) == Names{"ada"});
  CHECK(names(enrollable({"root", "grace", "ada"})) == Names{"ada"});
  CHECK(enrollable({"root", "grace"}).empty());
  CHECK(enrollable({}).empty());
}

TEST_CASE("a user without an entry may enrol nobody") {
  if (!is_root()) return;
  const AsUser stranger(4242);
  CHECK(enrollable({"@first", "ada"}).empty());
  CHECK(monitor::own_account().error().is(Errc::not_found));
}
