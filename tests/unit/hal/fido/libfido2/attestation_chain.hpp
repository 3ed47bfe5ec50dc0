// SPDX-License-Identifier: MIT
#pragma once

#include <fido.h>

#include <string>

#include "tests/unit/hal/fido/libfido2/bench.hpp"

namespace latchkey::test {

/// Verifies the leaf that libfido2 has of a credential against the bench's intermediate and root
/// with OpenSSL, at the bench's time: "ok", or OpenSSL's reason.
[[nodiscard]] std::string chain_error(const fido_cred_t* cred, Bench& bench);

}  // namespace latchkey::test
