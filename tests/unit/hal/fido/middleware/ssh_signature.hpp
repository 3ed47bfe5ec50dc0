// SPDX-License-Identifier: MIT
#pragma once

#include "tests/unit/hal/fido/middleware/loaded.hpp"

namespace latchkey::test {

/// Whether OpenSSL, given what sshd is given, takes the signature for one of `key` over the data
/// (OpenSSH's PROTOCOL.u2f, "SSH U2F signatures").
[[nodiscard]] bool verifies(const Signed& made, const SignCall& call, const Enrolled& key);

}  // namespace latchkey::test
