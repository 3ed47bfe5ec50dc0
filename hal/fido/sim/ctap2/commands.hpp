// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/device/environment.hpp"
#include "hal/fido/sim/device/outcome.hpp"

/// CTAP2, one function a command (CTAP 2.1 section 6), one file each. `parameters` is the CBOR
/// behind the command byte, decoded (an empty map where there was none). Each checks the types of
/// what it uses: Status::cbor_unexpected_type, missing_parameter, ….
namespace latchkey::fido::sim {

[[nodiscard]] Outcome make_credential(Environment& env, const Value& parameters, Instant now);
[[nodiscard]] Outcome get_assertion(Environment& env, const Value& parameters, Instant now);
[[nodiscard]] Outcome get_next_assertion(Environment& env, Instant now);
[[nodiscard]] Outcome get_info(const Environment& env);
[[nodiscard]] Outcome client_pin(Environment& env, const Value& parameters, Instant now);
[[nodiscard]] Outcome reset_key(Environment& env, Instant now);
[[nodiscard]] Outcome credential_management(Environment& env, const Value& parameters, Instant now);
[[nodiscard]] Outcome selection(Environment& env);

}  // namespace latchkey::fido::sim
