// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/consent.hpp"

#include <algorithm>

#include "hal/fido/sim/ctap2/capabilities.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"
#include "hal/fido/sim/ctap2/token.hpp"

namespace latchkey::fido::sim {

std::optional<Outcome> check_parameters(const Environment& env, const PinUvAuth& auth,
                                        const std::string& rp_id) {
  if (!auth.param) return std::nullopt;
  const auto& known = env.model.pin_protocols;
  if (auth.param->empty() && !known.empty()) {
    const auto chosen = env.state.pin_hash ? Status::pin_invalid : Status::pin_not_set;
    return Wait{{Gesture::touch, rp_id}, [chosen](Reply reply, Instant) {
                  return answer(reply == Reply::yes ? chosen : Status::operation_denied);
                }};
  }
  if (!auth.protocol) return answer(Status::missing_parameter);
  const auto protocol = auth.protocol->number().value_or(0);
  if (std::ranges::find(known, protocol) == known.end()) {
    return answer(env.model.fido_2_1 ? Status::invalid_parameter : Status::pin_auth_invalid);
  }
  return std::nullopt;
}

Checked<bool> wants_reader(const Model& model, const PinUvAuth& auth,
                           const RequestOptions& options) {
  const bool wanted = !auth.param && options.uv.value_or(false);
  if (wanted && !model.built_in_verification) {
    return tl::make_unexpected(model.fido_2_1 ? Status::invalid_option
                                              : Status::unsupported_option);
  }
  return wanted;
}

Checked<bool> insist_on_verification(const Environment& env, const PinUvAuth& auth, bool reader) {
  if (!always_verifies(env.model)) return reader;
  if (is_protected(env)) {
    if (auth.param || reader) return reader;
    if (env.model.built_in_verification) return true;
  }
  return tl::make_unexpected(env.model.client_pin ? Status::puat_required
                                                  : Status::operation_denied);
}

Checked<Presence> check_token(Environment& env, const PinUvAuth& auth, const TokenUse& use,
                              Instant now) {
  if (!auth.param) return Presence{};
  const auto* item = auth.protocol ? &*auth.protocol : nullptr;
  const auto protocol = find_protocol(env.model, item);
  if (!protocol) return tl::make_unexpected(protocol.error());
  const auto status = check_pin_uv_auth(env, item, *auth.param, use.client_data_hash,
                                        use.permission, use.rp_id, now);
  if (status != Status::ok) return tl::make_unexpected(status);
  const auto& token = token_of(env.session, *protocol);
  if (!token.user_verified) return tl::make_unexpected(Status::pin_auth_invalid);
  return Presence{.user_present = token.user_present, .user_verified = true};
}

Outcome ask_reader(Environment& env, const std::string& rp_id, Finish finish) {
  if (env.state.verification_tries == 0) return answer(Status::pin_blocked);
  return Wait{{Gesture::verification, rp_id},
              [env, finish = std::move(finish)](Reply reply, Instant now) mutable {
                const auto status = take_verification(env, reply);
                if (status == Status::uv_blocked) return answer(Status::pin_blocked);
                if (status != Status::ok) return answer(Status::operation_denied);
                return finish({.user_present = true, .user_verified = true}, now);
              }};
}

Outcome ask_touch(const std::string& rp_id, Presence presence, Finish finish, Instant now) {
  if (presence.user_present) return finish(presence, now);
  presence.user_present = true;
  return Wait{{Gesture::touch, rp_id},
              [presence, finish = std::move(finish)](Reply reply, Instant touched) {
                if (reply != Reply::yes) return answer(Status::operation_denied);
                return finish(presence, touched);
              }};
}

}  // namespace latchkey::fido::sim
