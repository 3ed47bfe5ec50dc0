// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "core/error.hpp"

namespace latchkey::roles {

/// What any other system call does: fails with ENOSYS, for which the C library has fallbacks, or
/// ends the process at once.
enum class OtherCalls : std::uint8_t { fail, kill };

/// What socket(2) may be asked for: AF_UNIX and 0, AF_NETLINK and one of its families.
struct SocketKind {
  int domain = 0;
  int protocol = 0;
};

/// Confines this process, and every program that it starts, for the rest of its life: no core
/// dump, no tracing by others of its uid, no new privileges, and no system calls but those named
/// (seccomp). Names that this architecture does not have are skipped, so that one list serves all.
/// Sockets of `allowed_sockets` may be made besides; "socket" among the calls would allow any.
///
/// A thread that was there before is not confined: start them afterwards.
[[nodiscard]] Result<void> enter_sandbox(std::span<const char* const> allowed_calls,
                                         OtherCalls other_calls = OtherCalls::fail,
                                         std::span<const SocketKind> allowed_sockets = {});

}  // namespace latchkey::roles
