// SPDX-License-Identifier: MIT
#include <algorithm>

#include "hal/fido/sim/ctap2/commands.hpp"
#include "hal/fido/sim/ctap2/cose_key.hpp"
#include "hal/fido/sim/ctap2/credential_request.hpp"
#include "hal/fido/sim/ctap2/pin_uv_auth.hpp"
#include "hal/fido/sim/ctap2/token.hpp"
#include "hal/fido/sim/device/join.hpp"

/// CTAP 2.1 section 6.8; FIDO_2_1_PRE had the same but for updateUserInformation.
namespace latchkey::fido::sim {
namespace {

constexpr Millis kStatefulCommand{30'000};

enum SubCommand : std::int64_t {
  get_metadata_command = 1,
  enumerate_rps_command = 2,
  next_rp_command = 3,
  enumerate_credentials_command = 4,
  next_credential_command = 5,
  delete_credential_command = 6,
  update_user_command = 7,
};

struct ManagementRequest {
  std::int64_t sub_command = 0;
  const Value* parameters = nullptr;
  const Value* protocol = nullptr;
  const Bytes* auth_param = nullptr;

  // Out of the parameters, for the subcommands that cannot do without.
  const Bytes* rp_id_hash = nullptr;
  const Value* descriptor = nullptr;
  const Value* user = nullptr;
};

Status take_parameters(ManagementRequest& request) {
  static const Value none = Value::Map{};
  const auto sub_command = request.sub_command;
  const bool updates = sub_command == update_user_command;
  Fields fields(request.parameters == nullptr ? none : *request.parameters);
  if (sub_command == enumerate_credentials_command) {
    request.rp_id_hash = fields.required(fields.bytes(1));
  }
  if (updates || sub_command == delete_credential_command) {
    request.descriptor = fields.required(fields.map(2));
  }
  if (updates) request.user = fields.required(fields.map(3));
  return fields.status();
}

/// The parameters, then the token's permission, over the subcommand and what came with it. A token
/// for one relying party is looked at by each subcommand.
Status authorize(Environment& env, ManagementRequest& request, Instant now) {
  if (request.auth_param == nullptr) return Status::puat_required;
  if (const auto status = take_parameters(request); status != Status::ok) return status;
  const std::uint8_t sub_command[] = {static_cast<std::uint8_t>(request.sub_command)};
  const auto message =
      join({sub_command, request.parameters == nullptr ? Bytes{} : request.parameters->encode()});
  return check_pin_uv_auth(env, request.protocol, *request.auth_param, message,
                           permission::kCredentialManagement, std::nullopt, now);
}

/// The relying party that the request's token is for; nullptr: for all, as with 2.0.
const std::string* bound_to(Environment& env, const ManagementRequest& request) {
  const auto protocol = find_protocol(env.model, request.protocol);
  if (!protocol || !env.model.fido_2_1) return nullptr;
  const auto& rp_id = token_of(env.session, *protocol).rp_id;
  return rp_id ? &*rp_id : nullptr;
}

bool is_for_another(Environment& env, const ManagementRequest& request, ByteView rp_id_hash) {
  const auto* bound = bound_to(env, request);
  if (bound == nullptr) return false;
  const auto own = crypto::sha256(as_bytes(*bound));
  return !own || !std::ranges::equal(*own, rp_id_hash);
}

Bytes first_of(std::optional<Session::Enumeration>& enumeration, std::vector<Value::Map> items,
               int total, Instant now) {
  if (items.empty()) return answer(Status::no_credentials);
  auto first = items.front();
  first.emplace(total, static_cast<std::int64_t>(items.size()));
  Session::Enumeration pending{{}, 1, now};
  for (auto& item : items) pending.items.push_back(answer(std::move(item)));
  enumeration = std::move(pending);
  return answer(std::move(first));
}

Bytes next_of(std::optional<Session::Enumeration>& enumeration, Instant now) {
  if (!enumeration || enumeration->next == enumeration->items.size() ||
      now - enumeration->since >= kStatefulCommand) {
    enumeration.reset();
    return answer(Status::not_allowed);
  }
  enumeration->since = now;
  return enumeration->items[enumeration->next++];
}

Bytes get_metadata(const Environment& env) {
  const auto stored = static_cast<std::uint32_t>(env.state.credentials.size());
  const auto slots = env.model.resident_slots;
  return answer(Value::Map{{1, stored}, {2, slots - std::min(slots, stored)}});
}

Bytes enumerate_rps(Environment& env, Instant now) {
  std::vector<Value::Map> items;
  std::vector<std::string_view> seen;
  for (const auto& credential : env.state.credentials) {
    if (std::find(seen.begin(), seen.end(), credential.rp_id) != seen.end()) continue;
    seen.push_back(credential.rp_id);
    items.push_back(
        {{3, Value::Map{{"id", credential.rp_id}}}, {4, ByteView(credential.rp_id_hash)}});
  }
  return first_of(env.session.rps, std::move(items), 5, now);
}

Value user_of(const ResidentCredential& credential) {
  Value::Map user{{"id", credential.user_id}};
  if (!credential.user_name.empty()) user.emplace("name", credential.user_name);
  if (!credential.user_display_name.empty()) {
    user.emplace("displayName", credential.user_display_name);
  }
  return user;
}

Bytes enumerate_credentials(Environment& env, const ManagementRequest& request, Instant now) {
  const auto& hash = *request.rp_id_hash;
  // Before the store: who is stored there is not for a token of another one's to find out.
  if (is_for_another(env, request, hash)) return answer(Status::pin_auth_invalid);
  std::vector<Value::Map> items;
  for (const auto& credential : env.state.credentials) {
    if (!std::ranges::equal(hash, credential.rp_id_hash)) continue;
    items.push_back({{6, user_of(credential)},
                     {7, Value::Map{{"id", credential.id}, {"type", "public-key"}}},
                     {8, cose_key(credential.key)},
                     {10, static_cast<int>(credential.protection)}});
  }
  return first_of(env.session.credentials, std::move(items), 9, now);
}

/// The stored credential that the request names.
tl::expected<std::vector<ResidentCredential>::iterator, Status> find_named(
    Environment& env, const ManagementRequest& request) {
  Fields named(*request.descriptor);
  const auto* id = named.required(named.bytes("id"));
  if (named.status() != Status::ok) return tl::make_unexpected(named.status());
  auto& credentials = env.state.credentials;
  const auto found = std::find_if(credentials.begin(), credentials.end(),
                                  [&](const auto& credential) { return credential.id == *id; });
  if (found == credentials.end()) return tl::make_unexpected(Status::no_credentials);
  if (is_for_another(env, request, found->rp_id_hash)) {
    return tl::make_unexpected(Status::pin_auth_invalid);
  }
  return found;
}

Bytes delete_credential(Environment& env, const ManagementRequest& request) {
  const auto found = find_named(env, request);
  if (!found) return answer(found.error());
  env.state.credentials.erase(*found);
  return answer(Status::ok);
}

Bytes update_user(Environment& env, const ManagementRequest& request) {
  const auto found = find_named(env, request);
  if (!found) return answer(found.error());
  Fields user(*request.user);
  const auto* id = user.required(user.bytes("id"));
  const auto* name = user.text("name");
  const auto* display_name = user.text("displayName");
  if (user.status() != Status::ok) return answer(user.status());
  auto& credential = **found;
  if (*id != credential.user_id) return answer(Status::invalid_parameter);
  // What is not given is taken away.
  credential.user_name = cut_name(name);
  credential.user_display_name = cut_name(display_name);
  return answer(Status::ok);
}

/// For what is about the whole store, a token for one relying party is not good.
bool is_about_all(std::int64_t sub_command) {
  return sub_command == get_metadata_command || sub_command == enumerate_rps_command;
}

bool has(const Model& model, std::int64_t sub_command) {
  return sub_command >= get_metadata_command &&
         sub_command <= (model.fido_2_1 ? update_user_command : delete_credential_command);
}

Bytes manage(Environment& env, ManagementRequest& request, Instant now) {
  if (const auto status = authorize(env, request, now); status != Status::ok) {
    return answer(status);
  }
  if (is_about_all(request.sub_command) && bound_to(env, request) != nullptr) {
    return answer(Status::pin_auth_invalid);
  }
  switch (request.sub_command) {
    case get_metadata_command: return get_metadata(env);
    case enumerate_rps_command: return enumerate_rps(env, now);
    case enumerate_credentials_command: return enumerate_credentials(env, request, now);
    case delete_credential_command: return delete_credential(env, request);
    default: return update_user(env, request);
  }
}

}  // namespace

Outcome credential_management(Environment& env, const Value& parameters, Instant now) {
  if (!env.model.credential_management) return answer(Status::invalid_command);
  Fields fields(parameters);
  ManagementRequest request;
  const auto sub_command = fields.required(fields.number(1));
  request.parameters = fields.map(2);
  request.protocol = parameters.find(3);
  request.auth_param = fields.bytes(4);
  if (fields.status() != Status::ok) return answer(fields.status());
  request.sub_command = *sub_command;
  if (!has(env.model, request.sub_command)) {
    return answer(env.model.fido_2_1 ? Status::invalid_subcommand : Status::invalid_parameter);
  }
  // Only its own next one goes on with an enumeration.
  if (request.sub_command != next_rp_command) env.session.rps.reset();
  if (request.sub_command != next_credential_command) env.session.credentials.reset();
  if (request.sub_command == next_rp_command) return next_of(env.session.rps, now);
  if (request.sub_command == next_credential_command) return next_of(env.session.credentials, now);
  return manage(env, request, now);
}

}  // namespace latchkey::fido::sim
