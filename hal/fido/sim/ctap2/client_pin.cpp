// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/client_pin_request.hpp"
#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/pin.hpp"

namespace latchkey::fido::sim {
namespace {

enum SubCommand : std::int64_t {
  get_pin_retries_command = 1,
  get_key_agreement_command = 2,
  set_pin_command = 3,
  change_pin_command = 4,
  get_pin_token_command = 5,
  get_token_using_verification_command = 6,
  get_uv_retries_command = 7,
  get_token_using_pin_command = 9,
};

bool has(const Model& model, std::int64_t sub_command) {
  switch (sub_command) {
    case get_key_agreement_command: return true;
    case get_pin_retries_command:
    case set_pin_command:
    case change_pin_command:
    case get_pin_token_command: return model.client_pin;
    case get_token_using_pin_command: return model.client_pin && model.fido_2_1;
    case get_token_using_verification_command:
    case get_uv_retries_command: return model.built_in_verification && model.fido_2_1;
    default: return false;
  }
}

Bytes get_pin_retries(const Environment& env) {
  Value::Map answers{{3, env.state.pin_tries}};
  if (env.model.fido_2_1) answers.emplace(4, is_locked_until_replugged(env.session));
  return answer(answers);
}

Bytes get_key_agreement(Environment& env, const ClientPinRequest& request) {
  const auto protocol = find_protocol(env.model, request.protocol);
  if (!protocol) return answer(protocol.error());
  const auto& key = agreement_key_of(env.session, *protocol);
  return key ? answer(Value::Map{{1, agreement_cose_key(*key)}}) : answer(Status::other);
}

}  // namespace

Outcome client_pin(Environment& env, const Value& parameters, Instant now) {
  const bool has_verification = env.model.built_in_verification && env.model.fido_2_1;
  if (!env.model.client_pin && !has_verification) return answer(Status::invalid_command);
  const auto request = read_client_pin_request(parameters);
  if (!request) return answer(request.error());
  if (!request->sub_command) return answer(Status::missing_parameter);
  if (!has(env.model, *request->sub_command)) {
    return answer(env.model.fido_2_1 ? Status::invalid_subcommand : Status::invalid_parameter);
  }
  switch (*request->sub_command) {
    case get_pin_retries_command: return get_pin_retries(env);
    case get_key_agreement_command: return get_key_agreement(env, *request);
    case set_pin_command: return set_pin(env, *request);
    case change_pin_command: return change_pin(env, *request);
    case get_pin_token_command: return get_pin_token(env, *request, now);
    case get_token_using_pin_command: return get_token_using_pin(env, *request, now);
    case get_token_using_verification_command: return get_token_using_verification(env, *request);
    case get_uv_retries_command: return answer(Value::Map{{5, env.state.verification_tries}});
    default: return answer(Status::invalid_subcommand);
  }
}

}  // namespace latchkey::fido::sim
