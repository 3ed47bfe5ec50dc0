// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "core/error.hpp"

namespace latchkey::roles {

/// What any other system call does: fails with ENOSYS, for which the C library has fallbacks, or
/// ends the process at once.
enum class OtherCalls : std::uint8_t { fail, kill };

/// Confines this process, and every program that it starts, for the rest of its life: no core
/// dump, no tracing by others of its uid, no new privileges, and no system calls but those named
/// (seccomp). Names that this architecture does not have are skipped, so that one list serves all.
[[nodiscard]] Result<void> enter_sandbox(std::span<const char* const> allowed_calls,
                                         OtherCalls other_calls = OtherCalls::fail);

}  // namespace latchkey::roles
