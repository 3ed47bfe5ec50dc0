// SPDX-License-Identifier: MIT
#pragma once

#include "hal/fido/sim/ctap2/token.hpp"
#include "hal/fido/sim/device/outcome.hpp"

/// authenticatorClientPIN's subcommands (CTAP 2.1 section 6.5.5), for client_pin() alone.
namespace latchkey::fido::sim {

/// The parameters, each of its type; nullptr or nullopt: missing. Points into the CBOR.
struct ClientPinRequest {
  const Value* protocol = nullptr;
  std::optional<std::int64_t> sub_command;
  const Value* key_agreement = nullptr;
  const Bytes* auth_param = nullptr;
  const Bytes* new_pin = nullptr;   ///< encrypted
  const Bytes* pin_hash = nullptr;  ///< encrypted
  std::optional<std::int64_t> permissions;
  const std::string* rp_id = nullptr;
};

/// cbor_unexpected_type.
[[nodiscard]] tl::expected<ClientPinRequest, Status> read_client_pin_request(
    const Value& parameters);

/// The platform's half of an exchange.
struct Exchange {
  PinProtocol protocol = PinProtocol::one;
  SharedSecret secret;
};

/// invalid_parameter when the platform's key is none.
[[nodiscard]] tl::expected<Exchange, Status> exchange(Environment& env, PinProtocol protocol,
                                                      const Value& peer);

[[nodiscard]] Bytes set_pin(Environment& env, const ClientPinRequest& request);
[[nodiscard]] Bytes change_pin(Environment& env, const ClientPinRequest& request);
[[nodiscard]] Bytes get_pin_token(Environment& env, const ClientPinRequest& request, Instant now);
[[nodiscard]] Bytes get_token_using_pin(Environment& env, const ClientPinRequest& request,
                                        Instant now);
[[nodiscard]] Outcome get_token_using_verification(Environment& env,
                                                   const ClientPinRequest& request);

}  // namespace latchkey::fido::sim
