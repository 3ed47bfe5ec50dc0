// SPDX-License-Identifier: MIT
#pragma once

#include "core/bytes.hpp"

namespace latchkey::ssh {

/// An ECDSA signature on P-256 as security keys give it, Ecdsa-Sig-Value of RFC 3279 section 2.2.3
/// in DER, as SSH has it: two mpints (RFC 5656 section 3.1.2). Exactly DER, nothing behind, both
/// numbers positive and of 32 bytes at most: Errc::malformed, truncated, trailing_bytes.
[[nodiscard]] Result<Bytes> mpints_of_der(ByteView der);

}  // namespace latchkey::ssh
