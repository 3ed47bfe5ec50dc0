// SPDX-License-Identifier: MIT
// CTAP 2.1 section 6.2, authenticatorGetAssertion; the numbers are its steps.
#include <tuple>

#include "core/crypto/hash.hpp"
#include "hal/fido/sim/ctap2/assertion.hpp"
#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/consent.hpp"
#include "hal/fido/sim/ctap2/credentials.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr int kRpId = 1;
constexpr int kClientDataHash = 2;
constexpr int kAllowList = 3;
constexpr int kExtensions = 4;
constexpr int kOptions = 5;
constexpr int kPinUvAuthParam = 6;
constexpr int kPinUvAuthProtocol = 7;

struct AssertionRequest {
  std::string rp_id;
  crypto::Sha256 rp_id_hash{};
  Bytes client_data_hash;
  bool has_list = false;
  std::vector<Bytes> allowed;
  RequestOptions options;
  PinUvAuth auth;
};

Checked<AssertionRequest> parse(const Model& model, const Value& parameters) {
  AssertionRequest request;
  Fields fields(parameters);
  const auto* rp_id = fields.required(fields.text(kRpId));
  request.client_data_hash = take_client_data_hash(fields, kClientDataHash);
  const auto* list = fields.array(kAllowList);
  request.has_list = list != nullptr && !list->empty();
  request.allowed = take_descriptors(fields, kAllowList, model);
  (void)fields.map(kExtensions);  // the model has none that concern an assertion
  request.options = take_options(fields, kOptions);
  request.auth = take_pin_uv_auth(fields, kPinUvAuthParam, kPinUvAuthProtocol);
  if (fields.status() != Status::ok) return tl::make_unexpected(fields.status());
  const auto hash = crypto::sha256(as_bytes(*rp_id));
  if (!hash) return tl::make_unexpected(Status::other);
  request.rp_id = *rp_id;
  request.rp_id_hash = *hash;
  return request;
}

/// 7: what may be signed with, newest first; of a list, the first that is ours.
std::vector<Bytes> applicable(const State& state, const AssertionRequest& request, bool verified) {
  std::vector<Bytes> ids;
  if (request.has_list) {
    for (const auto& id : request.allowed) {
      const auto credential = find_credential(state, request.rp_id_hash, id);
      if (!credential) continue;
      if (verified || credential->protection != CredProtect::required) return {id};
    }
    return {};
  }
  for (const auto* resident : find_residents(state, request.rp_id_hash)) {
    if (verified || resident->protection == CredProtect::optional) ids.push_back(resident->id);
  }
  return ids;
}

/// 7 and 10 to 13.
Bytes finish(Environment& env, const AssertionRequest& request, Presence presence, Instant now) {
  if (presence.user_present) clear_token_flags(env.session);
  Session::PendingAssertions assertions{
      .rp_id = request.rp_id,
      .client_data_hash = request.client_data_hash,
      .user_present = presence.user_present,
      .user_verified = presence.user_verified,
      .credential_ids = applicable(env.state, request, presence.user_verified),
      .since = now};
  if (assertions.credential_ids.empty()) return answer(Status::no_credentials);
  auto first = answer_assertion(env, assertions);
  if (assertions.credential_ids.size() > 1) env.session.assertions = std::move(assertions);
  return first;
}

}  // namespace

Outcome get_assertion(Environment& env, const Value& parameters, Instant now) {
  env.session.assertions.reset();
  auto request = parse(env.model, parameters);
  if (!request) return answer(request.error());
  const auto& [rp_id, options, auth] = std::tie(request->rp_id, request->options, request->auth);
  if (auto early = check_parameters(env, auth, rp_id)) return *std::move(early);  // 1, 2

  auto reader = wants_reader(env.model, auth, options);  // 4
  if (!reader) return answer(reader.error());
  if (options.rk) {
    return answer(env.model.fido_2_1 ? Status::unsupported_option : Status::invalid_option);
  }
  const bool touch = options.up.value_or(true);
  if (touch) reader = insist_on_verification(env, auth, *reader);  // 5
  if (!reader) return answer(reader.error());

  const TokenUse use{request->client_data_hash, rp_id, permission::kGetAssertion};
  auto presence = check_token(env, auth, use, now);  // 6
  if (!presence) return answer(presence.error());
  const auto then = [env, request = *request, touch](Presence known, Instant at) mutable {
    // Who asked for silence is told of nobody, a finger on the reader or not.
    known.user_present = known.user_present && touch;
    return finish(env, request, known, at);
  };
  if (*reader) return ask_reader(env, rp_id, then);
  // To 2.0 even that there is none is private until somebody has touched the key (section 5.2).
  if (env.model.fido_2_1 && applicable(env.state, *request, presence->user_verified).empty()) {
    return answer(Status::no_credentials);
  }
  if (!touch) return finish(env, *request, {false, presence->user_verified}, now);
  return ask_touch(rp_id, *presence, then, now);  // 8, 9
}

}  // namespace latchkey::fido::sim
