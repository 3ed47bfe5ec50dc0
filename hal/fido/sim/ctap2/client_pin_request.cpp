// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/client_pin_request.hpp"

#include "hal/fido/sim/ctap2/fields.hpp"

namespace latchkey::fido::sim {

tl::expected<ClientPinRequest, Status> read_client_pin_request(const Value& parameters) {
  Fields items(parameters);
  const ClientPinRequest request{
      .protocol = parameters.find(1),
      .sub_command = items.number(2),
      .key_agreement = items.map(3),
      .auth_param = items.bytes(4),
      .new_pin = items.bytes(5),
      .pin_hash = items.bytes(6),
      .permissions = items.number(9),
      .rp_id = items.text(10),
  };
  if (items.status() != Status::ok) return tl::make_unexpected(items.status());
  return request;
}

tl::expected<Exchange, Status> exchange(Environment& env, PinProtocol protocol, const Value& peer) {
  const auto& own = agreement_key_of(env.session, protocol);
  if (!own) return tl::make_unexpected(Status::other);
  auto secret = SharedSecret::decapsulate(protocol, *own, peer);
  if (!secret) return tl::make_unexpected(Status::invalid_parameter);
  return Exchange{protocol, *secret};
}

}  // namespace latchkey::fido::sim
