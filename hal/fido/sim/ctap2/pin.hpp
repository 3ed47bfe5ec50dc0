// SPDX-License-Identifier: MIT
#pragma once

#include <tl/expected.hpp>

#include "hal/fido/sim/ctap2/client_pin_request.hpp"

/// The PIN itself: what is one, and the tries that a key grants for it (CTAP 2.1 section 6.5.1).
namespace latchkey::fido::sim {

inline constexpr std::size_t kPaddedPin = 64;
inline constexpr unsigned kWrongPinsInARow = 3;  ///< then the key wants to be pulled out

[[nodiscard]] bool is_locked_until_replugged(const Session& session);

/// Whether a PIN can be compared now: ok, pin_not_set, pin_blocked (for good), pin_auth_blocked
/// (until the key is plugged in again).
[[nodiscard]] Status may_try_pin(const Environment& env);

/// Compares LEFT(SHA-256(PIN), 16), encrypted, with the key's own. The try is used up, and written
/// down, before; a right PIN gives all tries back, those of the fingerprint reader too. A wrong one
/// changes the agreement key. ok, pin_invalid, pin_auth_blocked, pin_blocked.
[[nodiscard]] Status try_pin(Environment& env, const Exchange& exchange, ByteView pin_hash);

/// Decrypts a new PIN and makes it the key's, with all tries. The PIN is UTF-8 of at most 63 bytes
/// and at least the model's code points, padded to 64 with zeros. ok, pin_auth_invalid,
/// invalid_parameter, pin_policy_violation.
[[nodiscard]] Status store_pin(Environment& env, const Exchange& exchange, ByteView new_pin);

}  // namespace latchkey::fido::sim
