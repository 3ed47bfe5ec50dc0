// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/problem.hpp"
#include "host/failure.hpp"

namespace latchkey::host {

/// What went wrong with a security key, in the words of hal/fido and with a reason of its own for
/// each trouble.
[[nodiscard]] Failure key_failure(const fido::Problem& problem);
[[nodiscard]] Reason reason_of(fido::Trouble trouble) noexcept;

}  // namespace latchkey::host
