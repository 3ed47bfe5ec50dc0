// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/client_pin_request.hpp"
#include "hal/fido/sim/ctap2/pin.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::uint8_t kWithRelyingParty = permission::kMakeCredential | permission::kGetAssertion;
constexpr std::uint8_t kOfOptionsNotBuilt =
    permission::kBioEnrollment | permission::kLargeBlobWrite | permission::kConfiguration;

/// What a token will be good for.
struct Grant {
  std::uint8_t permissions = kWithRelyingParty;
  std::optional<std::string> rp_id{};
  bool user_present = false;
};

/// Undefined permissions are ignored, as the specification asks for.
tl::expected<Grant, Status> read_grant(const Model& model, const ClientPinRequest& request) {
  if (!request.permissions) return tl::make_unexpected(Status::missing_parameter);
  if (*request.permissions <= 0) return tl::make_unexpected(Status::invalid_parameter);
  Grant grant;
  grant.permissions = static_cast<std::uint8_t>(
      *request.permissions &
      (kWithRelyingParty | permission::kCredentialManagement | kOfOptionsNotBuilt));
  const bool manages = (grant.permissions & permission::kCredentialManagement) != 0;
  if ((grant.permissions & kOfOptionsNotBuilt) != 0 || (manages && !model.credential_management)) {
    return tl::make_unexpected(Status::unauthorized_permission);
  }
  if (request.rp_id != nullptr) grant.rp_id = *request.rp_id;
  if ((grant.permissions & kWithRelyingParty) != 0 && !grant.rp_id) {
    return tl::make_unexpected(Status::missing_parameter);
  }
  return grant;
}

Bytes give_token(Environment& env, const Exchange& shared, const Grant& grant, Instant now) {
  if (!renew_tokens(env.session, env.random)) return answer(Status::other);
  auto& token = token_of(env.session, shared.protocol);
  const auto sealed = shared.secret.encrypt(token.value, env.random);
  if (!sealed) return answer(Status::other);
  token.in_use = true;
  token.permissions = grant.permissions;
  token.rp_id = grant.rp_id;
  token.user_present = grant.user_present;
  token.user_verified = true;
  token.issued = now;
  return answer(Value::Map{{2, *sealed}});
}

/// What both ways to a token with the PIN have in common.
Bytes give_token_for_pin(Environment& env, PinProtocol protocol, const ClientPinRequest& request,
                         const Grant& grant, Instant now) {
  if (const auto status = may_try_pin(env); status != Status::ok) return answer(status);
  const auto shared = exchange(env, protocol, *request.key_agreement);
  if (!shared) return answer(shared.error());
  if (const auto status = try_pin(env, *shared, *request.pin_hash); status != Status::ok) {
    return answer(status);
  }
  return give_token(env, *shared, grant, now);
}

}  // namespace

Bytes get_pin_token(Environment& env, const ClientPinRequest& request, Instant now) {
  if (request.key_agreement == nullptr || request.pin_hash == nullptr) {
    return answer(Status::missing_parameter);
  }
  const auto protocol = find_protocol(env.model, request.protocol);
  if (!protocol) return answer(protocol.error());
  if (request.permissions || request.rp_id != nullptr) return answer(Status::invalid_parameter);
  return give_token_for_pin(env, *protocol, request, Grant{}, now);
}

Bytes get_token_using_pin(Environment& env, const ClientPinRequest& request, Instant now) {
  if (request.key_agreement == nullptr || request.pin_hash == nullptr) {
    return answer(Status::missing_parameter);
  }
  const auto protocol = find_protocol(env.model, request.protocol);
  if (!protocol) return answer(protocol.error());
  const auto grant = read_grant(env.model, request);
  if (!grant) return answer(grant.error());
  return give_token_for_pin(env, *protocol, request, *grant, now);
}

Outcome get_token_using_verification(Environment& env, const ClientPinRequest& request) {
  if (request.key_agreement == nullptr) return answer(Status::missing_parameter);
  const auto protocol = find_protocol(env.model, request.protocol);
  if (!protocol) return answer(protocol.error());
  auto grant = read_grant(env.model, request);
  if (!grant) return answer(grant.error());
  grant->user_present = true;  // a finger on the reader is both
  if (env.state.verification_tries == 0) return answer(Status::uv_blocked);
  const auto shared = exchange(env, *protocol, *request.key_agreement);
  if (!shared) return answer(shared.error());
  return Wait{{Gesture::verification, grant->rp_id.value_or("")},
              [env, shared = *shared, grant = *grant](Reply reply, Instant now) mutable {
                const auto status = take_verification(env, reply);
                return status == Status::ok ? give_token(env, shared, grant, now) : answer(status);
              }};
}

}  // namespace latchkey::fido::sim
