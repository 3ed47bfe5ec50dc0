// SPDX-License-Identifier: MIT
// CTAP 2.1 section 6.1, authenticatorMakeCredential; the numbers are its steps.
#include <algorithm>

#include "hal/fido/sim/ctap2/attestation_statement.hpp"
#include "hal/fido/sim/ctap2/capabilities.hpp"
#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/credential_request.hpp"
#include "hal/fido/sim/ctap2/credentials.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"
#include "hal/fido/sim/device/credential_id.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr std::size_t kResidentIdSize = 32;

/// What is left to do once everybody has agreed.
struct Plan {
  CredentialRequest request;
  SigningKey::Kind kind = SigningKey::Kind::p256;
  bool resident = false;
};

/// Steps 7 and 8: whether touch alone is too little.
bool needs_verification(const Environment& env, bool resident) {
  return is_protected(env) && (resident || !makes_without_verification(env.model));
}

/// 12: whether the key holds one of the excluded credentials and may say so.
bool is_excluded(const Environment& env, const CredentialRequest& request, bool verified) {
  return std::ranges::any_of(request.excluded, [&](const auto& id) {
    const auto credential = find_credential(env.state, request.rp_id_hash, id);
    return credential && (verified || credential->protection != CredProtect::required);
  });
}

Result<Bytes> make_id(Environment& env, const Plan& plan, const WrappedCredential& credential) {
  if (!plan.resident) return wrap(env.state, plan.request.rp_id_hash, credential, env.random);
  Bytes id(kResidentIdSize);
  if (auto filled = env.random.fill(id); !filled) return fail(std::move(filled));
  return id;
}

Value::Map extension_outputs(const CredentialRequest& request) {
  if (!request.protection) return {};
  return {{"credProtect", static_cast<int>(*request.protection)}};
}

/// 15 to 19. A full store is found before anything is signed, and changed after all that can fail.
Result<Bytes> create(Environment& env, const Plan& plan, Presence presence) {
  const auto& request = plan.request;
  auto key = SigningKey::generate(plan.kind, env.random);
  if (!key) return fail(std::move(key));
  const auto protection = request.protection.value_or(CredProtect::optional);
  auto id = make_id(env, plan, {*key, protection});
  if (!id) return id;
  ResidentCredential credential{.id = *id,
                                .rp_id = request.rp_id,
                                .rp_id_hash = request.rp_id_hash,
                                .user_id = request.user_id,
                                .user_name = request.user_name,
                                .user_display_name = request.user_display_name,
                                .key = *key,
                                .protection = protection};
  if (plan.resident) {
    const auto room = check_room(env.model, env.state, credential);
    if (room != Status::ok) return answer(room);
  }

  const bool u2f = env.model.attestation == AttestationKind::fido_u2f;
  const auto attested = attested_credential(u2f ? Aaguid{} : env.model.aaguid, *id, *key);
  auto data =
      authenticator_data(env, request.rp_id_hash, presence, attested, extension_outputs(request));
  auto attestation = attest(env, {*id, *key, data, request.client_data_hash});
  if (!attestation) return fail(std::move(attestation));
  if (plan.resident) store(env.state, std::move(credential));
  return answer(Value::Map{
      {1, attestation->format}, {2, std::move(data)}, {3, std::move(attestation->statement)}});
}

/// 12 to 19, with the user verified if that is to be.
Outcome go_on(Environment& env, Plan plan, Presence presence, Instant now) {
  if (is_excluded(env, plan.request, presence.user_verified)) {
    // Whatever the person does: only that there is somebody counts.
    if (presence.user_present) return answer(Status::credential_excluded);
    return Wait{{Gesture::touch, plan.request.rp_id},
                [](Reply, Instant) { return answer(Status::credential_excluded); }};
  }
  const auto rp_id = plan.request.rp_id;
  const auto finish = [env, plan = std::move(plan)](Presence present, Instant) mutable {
    clear_token_flags(env.session);
    return create(env, plan, present).value_or(answer(Status::other));
  };
  return ask_touch(rp_id, presence, finish, now);
}

}  // namespace

Outcome make_credential(Environment& env, const Value& parameters, Instant now) {
  auto request = parse_credential_request(env.model, parameters);
  if (!request) return answer(request.error());
  const auto& auth = request->auth;
  if (auto early = check_parameters(env, auth, request->rp_id)) return *std::move(early);  // 1, 2

  const auto kind = choose_algorithm(env.model, request->algorithms);  // 3
  if (!kind) return answer(kind.error());

  auto reader = wants_reader(env.model, auth, request->options);  // 5
  if (!reader) return answer(reader.error());
  const bool resident = request->options.rk.value_or(false);
  const bool knows_residents =
      env.model.resident_keys || env.model.misbehaviour.claims_resident_keys;
  if (resident && !knows_residents) return answer(Status::unsupported_option);
  if (!request->options.up.value_or(true)) return answer(Status::invalid_option);

  reader = insist_on_verification(env, auth, *reader);  // 6
  if (!reader) return answer(reader.error());
  if (!auth.param && !*reader && needs_verification(env, resident)) {  // 7, 8
    return answer(env.state.pin_hash ? Status::puat_required : Status::operation_denied);
  }
  if (request->enterprise) return answer(Status::invalid_parameter);  // 9

  const auto presence = check_token(
      env, auth, {request->client_data_hash, request->rp_id, permission::kMakeCredential},
      now);  // 11
  if (!presence) return answer(presence.error());
  const auto rp_id = request->rp_id;
  Plan plan{*std::move(request), *kind, resident};
  if (!*reader) return go_on(env, std::move(plan), *presence, now);
  return ask_reader(env, rp_id,
                    [env, plan = std::move(plan)](Presence present, Instant then) mutable {
                      // With the user present nothing is left to wait for.
                      return std::get<Bytes>(go_on(env, plan, present, then));
                    });
}

}  // namespace latchkey::fido::sim
