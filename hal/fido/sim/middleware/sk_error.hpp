// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "hal/fido/sim/middleware/sk_api.hpp"

namespace latchkey::fido::sim {

template <class T = void>
using SkResult = tl::expected<T, SkError>;

/// What OpenSSH makes of libfido2's error. A refused touch counts as a missing PIN, as in
/// OpenSSH's own middleware: some keys say so when they want one.
[[nodiscard]] SkError to_sk_error(int fido_error);

/// Ends with an error and says on stderr what happened, which OpenSSH itself does not: nearly all
/// errors are "invalid format" there. Silent where OpenSSH goes on to ask for a PIN.
[[nodiscard]] tl::unexpected<SkError> fail_fido(int fido_error, std::string_view doing);
[[nodiscard]] tl::unexpected<SkError> fail_sk(SkError error, std::string_view sentence);

/// One line on stderr.
void say(std::string_view sentence);

}  // namespace latchkey::fido::sim
