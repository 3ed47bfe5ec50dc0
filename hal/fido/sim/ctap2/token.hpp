// SPDX-License-Identifier: MIT
#pragma once

#include <tl/expected.hpp>

#include "hal/fido/sim/ctap2/pin_protocol.hpp"
#include "hal/fido/sim/device/environment.hpp"
#include "hal/fido/sim/device/status.hpp"

/// The life of a pinUvAuthToken (CTAP 2.1 sections 6.5.2.1 and 6.5.3).
namespace latchkey::fido::sim {

inline constexpr Millis kFirstUse{30'000};      ///< a token that is not used by then is void
inline constexpr Millis kUserPresence{30'000};  ///< how long a token says that someone was there
inline constexpr Millis kLongestUse{600'000};

/// The PIN protocol that an item of a request names. missing_parameter for nullptr,
/// cbor_unexpected_type, invalid_parameter when the model does not have it.
[[nodiscard]] tl::expected<PinProtocol, Status> find_protocol(const Model& model,
                                                              const Value* protocol);

[[nodiscard]] std::optional<SigningKey>& agreement_key_of(Session& session, PinProtocol protocol);
[[nodiscard]] PinUvAuthToken& token_of(Session& session, PinProtocol protocol);

/// resetPinUvAuthToken() for all protocols: new ones, not in use. Errc::entropy.
[[nodiscard]] Result<void> renew_tokens(Session& session, crypto::Random& random);

/// Takes back what has run out at `now`: the user's presence, then the token.
void expire(PinUvAuthToken& token, Instant now);

}  // namespace latchkey::fido::sim
