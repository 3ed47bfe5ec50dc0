// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "hal/fido/sim/cbor/value.hpp"
#include "hal/fido/sim/device/environment.hpp"
#include "hal/fido/sim/device/status.hpp"

namespace latchkey::fido::sim {

/// Gives a session new agreement keys and tokens, as at power-up.
[[nodiscard]] Result<void> power_up(Session& session, crypto::Random& random, Instant now);

/// Checks a pinUvAuthParam over `message` with the token of `protocol` (an item of the request;
/// nullptr: missing): the MAC, the token's age, `needed` among its permissions, and its relying
/// party, which a token without one is bound to here (CTAP 2.1 sections 6.1.2 step 11 and 6.2.2
/// step 6). Where the model is 2.0 only, permissions and rp do not count.
/// ok, missing_parameter, invalid_parameter (unknown protocol), pin_auth_invalid.
[[nodiscard]] Status check_pin_uv_auth(Environment& env, const Value* protocol, ByteView param,
                                       ByteView message, std::uint8_t needed,
                                       std::string_view rp_id, Instant now);

/// After a makeCredential or getAssertion that used up presence: CTAP 2.1 section 6.5.3.1, clears
/// user presence, verification and every permission but largeBlobWrite of all tokens.
void clear_token_flags(Session& session);

}  // namespace latchkey::fido::sim
