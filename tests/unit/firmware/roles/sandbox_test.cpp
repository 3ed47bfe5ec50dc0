// SPDX-License-Identifier: MIT
#include "firmware/roles/sandbox.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>

using namespace latchkey;

namespace {

/// What a child in the sandbox returns: each check has its number, 0 is all well.
int look_around_in_sandbox() {
  constexpr std::array kAllowed = std::to_array<const char*>(
      {"read", "write", "exit_group", "getrlimit", "prlimit64", "prctl", "no_such_call",
       // what the sanitizers do meanwhile
       "mmap", "munmap", "sigaltstack", "madvise", "futex"});
  if (!roles::enter_sandbox(kAllowed)) return 1;
  if (::open("/dev/null", O_RDONLY) >= 0 || errno != ENOSYS) return 2;
  if (::socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != ENOSYS) return 3;
  if (::fork() >= 0 || errno != ENOSYS) return 4;
  rlimit core{1, 1};
  if (::getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0) return 5;
  if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 6;
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 7;
  if (::write(STDOUT_FILENO, "", 0) != 0) return 8;
  return 0;
}

}  // namespace

TEST_CASE("in the sandbox only the named system calls work") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(look_around_in_sandbox());
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
