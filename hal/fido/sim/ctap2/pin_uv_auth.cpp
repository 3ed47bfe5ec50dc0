// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"

#include "hal/fido/sim/ctap2/token.hpp"

namespace latchkey::fido::sim {

Result<void> power_up(Session& session, crypto::Random& random, Instant now) {
  session = Session{};
  session.plugged_at = now;
  for (auto& key : session.agreement_keys) {
    auto made = SigningKey::generate(SigningKey::Kind::p256, random);
    if (!made) return fail(std::move(made));
    key = std::move(*made);
  }
  return renew_tokens(session, random);
}

Status check_pin_uv_auth(Environment& env, const Value* protocol, ByteView param, ByteView message,
                         std::uint8_t needed, std::optional<std::string_view> rp_id, Instant now) {
  const auto chosen = find_protocol(env.model, protocol);
  if (!chosen) return chosen.error();
  auto& token = token_of(env.session, *chosen);
  if (env.model.fido_2_1) expire(token, now);
  if (!token.in_use || !verify(*chosen, token.value, message, param)) {
    return Status::pin_auth_invalid;
  }
  if (!env.model.fido_2_1) {
    token.user_verified = true;
    return Status::ok;
  }
  if ((token.permissions & needed) != needed) return Status::pin_auth_invalid;
  if (rp_id) {
    if (token.rp_id && *token.rp_id != *rp_id) return Status::pin_auth_invalid;
    token.rp_id = *rp_id;
  }
  token.used = true;
  return Status::ok;
}

void clear_token_flags(Session& session) {
  for (auto& token : session.tokens) {
    token.user_present = false;
    token.user_verified = false;
    token.permissions &= permission::kLargeBlobWrite;
  }
}

Status take_verification(Environment& env, Reply reply) {
  if (reply == Reply::yes) {
    env.state.verification_tries = kVerificationTries;
    return Status::ok;
  }
  if (env.state.verification_tries > 0) --env.state.verification_tries;
  return env.state.verification_tries == 0 ? Status::uv_blocked : Status::uv_invalid;
}

}  // namespace latchkey::fido::sim
