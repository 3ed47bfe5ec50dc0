// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
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
/// step 6). nullopt: the caller looks at the relying party. Where the model is 2.0 only, age,
/// permissions and relying party do not count, and the user is verified whenever the MAC is right.
/// ok, missing_parameter, cbor_unexpected_type, invalid_parameter (unknown protocol),
/// pin_auth_invalid.
[[nodiscard]] Status check_pin_uv_auth(Environment& env, const Value* protocol, ByteView param,
                                       ByteView message, std::uint8_t needed,
                                       std::optional<std::string_view> rp_id, Instant now);

/// After a makeCredential or getAssertion that used up presence: CTAP 2.1 section 6.5.3.1, clears
/// user presence, verification and every permission but largeBlobWrite of all tokens.
void clear_token_flags(Session& session);

/// What an attempt of the key's own fingerprint reader comes to: counts the tries of it.
/// ok, uv_invalid, uv_blocked (that was the last one).
[[nodiscard]] Status take_verification(Environment& env, Reply reply);

}  // namespace latchkey::fido::sim
