// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/ctap2/authenticator_data.hpp"
#include "hal/fido/sim/ctap2/request_parts.hpp"
#include "hal/fido/sim/device/outcome.hpp"

/// Presence and verification, as makeCredential and getAssertion ask for them (CTAP 2.1 sections
/// 6.1.2 and 6.2.2; steps are theirs).
namespace latchkey::fido::sim {

template <class T>
using Checked = tl::expected<T, Status>;

/// What follows once the user is known to be there, verified or not.
using Finish = std::function<Bytes(Presence, Instant)>;

/// Steps 1 and 2 of both: the touch that a pinUvAuthParam of no length asks for, by which a person
/// chooses among keys; protocols that the key has not. nullopt: go on.
[[nodiscard]] std::optional<Outcome> check_parameters(const Environment& env, const PinUvAuth& auth,
                                                      const std::string& rp_id);

/// Steps 5 and 4: whether the key's own reader is to verify. invalid_option, unsupported_option.
[[nodiscard]] Checked<bool> wants_reader(const Model& model, const PinUvAuth& auth,
                                         const RequestOptions& options);

/// Steps 6 and 5, alwaysUv: whether the reader is to verify after all. puat_required,
/// operation_denied.
[[nodiscard]] Checked<bool> insist_on_verification(const Environment& env, const PinUvAuth& auth,
                                                   bool reader);

/// Steps 11.1 and 6.1: who a pinUvAuthParam proves to be there; nobody where there is none.
struct TokenUse {
  ByteView client_data_hash;
  std::string_view rp_id;
  std::uint8_t permission = 0;
};
[[nodiscard]] Checked<Presence> check_token(Environment& env, const PinUvAuth& auth,
                                            const TokenUse& use, Instant now);

/// Steps 11.2 and 6.2: asks the key's own reader, which takes presence for granted.
[[nodiscard]] Outcome ask_reader(Environment& env, const std::string& rp_id, Finish finish);

/// Steps 14 and 9: asks for a touch unless the user is known to be there.
[[nodiscard]] Outcome ask_touch(const std::string& rp_id, Presence presence, Finish finish,
                                Instant now);

}  // namespace latchkey::fido::sim
