// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/client_pin_request.hpp"
#include "hal/fido/sim/ctap2/pin.hpp"
#include "hal/fido/sim/device/join.hpp"

namespace latchkey::fido::sim {

Bytes set_pin(Environment& env, const ClientPinRequest& request) {
  if (request.key_agreement == nullptr || request.new_pin == nullptr ||
      request.auth_param == nullptr) {
    return answer(Status::missing_parameter);
  }
  const auto protocol = find_protocol(env.model, request.protocol);
  if (!protocol) return answer(protocol.error());
  if (env.state.pin_hash) return answer(Status::pin_auth_invalid);
  const auto shared = exchange(env, *protocol, *request.key_agreement);
  if (!shared) return answer(shared.error());
  if (!shared->secret.verify(*request.new_pin, *request.auth_param)) {
    return answer(Status::pin_auth_invalid);
  }
  return answer(store_pin(env, *shared, *request.new_pin));
}

Bytes change_pin(Environment& env, const ClientPinRequest& request) {
  if (request.key_agreement == nullptr || request.new_pin == nullptr ||
      request.pin_hash == nullptr || request.auth_param == nullptr) {
    return answer(Status::missing_parameter);
  }
  const auto protocol = find_protocol(env.model, request.protocol);
  if (!protocol) return answer(protocol.error());
  if (const auto status = may_try_pin(env); status != Status::ok) return answer(status);
  const auto shared = exchange(env, *protocol, *request.key_agreement);
  if (!shared) return answer(shared.error());
  if (!shared->secret.verify(join({*request.new_pin, *request.pin_hash}), *request.auth_param)) {
    return answer(Status::pin_auth_invalid);
  }
  auto status = try_pin(env, *shared, *request.pin_hash);
  if (status == Status::ok) status = store_pin(env, *shared, *request.new_pin);
  if (status == Status::ok && !renew_tokens(env.session, env.random)) status = Status::other;
  return answer(status);
}

}  // namespace latchkey::fido::sim
