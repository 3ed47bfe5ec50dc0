// SPDX-License-Identifier: MIT
#include "firmware/roles/sandbox.hpp"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <array>
#include <cerrno>
#include <memory>

namespace latchkey::roles {
namespace {

/// The kernel looks at the lower half of an argument that is an int; the upper may be anything.
scmp_arg_cmp is_int(unsigned argument, int value) {
  constexpr scmp_datum_t kLowerHalf = 0xFFFF'FFFF;
  return {argument, SCMP_CMP_MASKED_EQ, kLowerHalf, static_cast<unsigned>(value)};
}

}  // namespace

Result<void> enter_sandbox(std::span<const char* const> allowed_calls, OtherCalls other_calls,
                           std::span<const SocketKind> allowed_sockets) {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return fail_errno(errno, "switching core dumps off");
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return fail_errno(errno, "forbidding to trace");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail_errno(errno, "giving up new privileges");
  }
  const std::unique_ptr<void, decltype(&seccomp_release)> filter(
      seccomp_init(other_calls == OtherCalls::kill ? SCMP_ACT_KILL_PROCESS
                                                   : SCMP_ACT_ERRNO(ENOSYS)),
      &seccomp_release);
  if (!filter) return fail(Errc::outside, "making a system call filter");
  for (const char* name : allowed_calls) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0) continue;  // unknown here, or of another architecture
    if (const int error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0); error < 0) {
      return fail_errno(-error, std::string("allowing the system call ") + name);
    }
  }
  for (const auto& kind : allowed_sockets) {
    const std::array only{is_int(0, kind.domain), is_int(2, kind.protocol)};
    if (const int error = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(socket),
                                                 only.size(), only.data());
        error < 0) {
      return fail_errno(-error, "allowing a kind of socket");
    }
  }
  if (const int error = seccomp_load(filter.get()); error < 0) {
    return fail_errno(-error, "loading a system call filter");
  }
  return {};
}

}  // namespace latchkey::roles
