// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "core/error.hpp"

namespace latchkey::roles {

/// Confines this process, and every program that it starts, for the rest of its life: no core
/// dump, no tracing by others of its uid, no new privileges, and no system calls but those named
/// (seccomp; any other fails with ENOSYS, for which the C library has fallbacks). Names that this
/// architecture does not have are skipped, so that one list serves all.
[[nodiscard]] Result<void> enter_sandbox(std::span<const char* const> allowed_calls);

}  // namespace latchkey::roles
