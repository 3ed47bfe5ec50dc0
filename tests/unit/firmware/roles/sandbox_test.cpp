// SPDX-License-Identifier: MIT
#include "firmware/roles/sandbox.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

int make_sockets_in_sandbox() {
  constexpr std::array kAllowed = std::to_array<const char*>(
      {"exit_group", "mmap", "munmap", "sigaltstack", "madvise", "futex"});
  constexpr std::array kKinds =
      std::to_array<roles::SocketKind>({{AF_NETLINK, NETLINK_KOBJECT_UEVENT}, {AF_UNIX, 0}});
  if (!roles::enter_sandbox(kAllowed, roles::OtherCalls::fail, kKinds)) return 1;
  if (::socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT) < 0) return 2;
  if (::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0) < 0) return 3;
  if (::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0 || errno != ENOSYS) return 4;
  if (::socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != ENOSYS) return 5;
  if (::socket(AF_UNIX, SOCK_STREAM, NETLINK_KOBJECT_UEVENT) >= 0 || errno != ENOSYS) return 6;
  // An int is the lower half of its register: what is above it opens no door, and closes none.
  constexpr unsigned long kAbove = sizeof(long) > 4 ? 1UL << (sizeof(long) * 4) : 0;
  if (::syscall(SYS_socket, kAbove | AF_UNIX, SOCK_STREAM, 0) < 0) return 7;
  if (::syscall(SYS_socket, kAbove | AF_INET, SOCK_STREAM, 0) >= 0) return 8;
  return 0;
}

int status_of(int (*child_does)()) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(child_does());
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("in the sandbox only the named system calls work") {
  CHECK(status_of(&look_around_in_sandbox) == 0);
}

TEST_CASE("of sockets only the named kinds can be made") {
  CHECK(status_of(&make_sockets_in_sandbox) == 0);
}
