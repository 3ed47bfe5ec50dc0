// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/fido/problem.hpp"

namespace latchkey::fido {

/// What an error of libfido2 (fido/err.h) comes to, where nothing more is known: CTAP's status
/// codes as a key gave them, and libfido2's own negative ones. Any number has an answer.
[[nodiscard]] Trouble trouble_of(int fido_error) noexcept;

/// libfido2's word for it, "FIDO_ERR_PIN_INVALID"; the number where it has none.
[[nodiscard]] std::string word_for(int fido_error);

}  // namespace latchkey::fido
