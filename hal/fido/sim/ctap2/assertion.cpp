// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/assertion.hpp"

#include "core/crypto/hash.hpp"
#include "hal/fido/sim/ctap2/authenticator_data.hpp"
#include "hal/fido/sim/ctap2/credentials.hpp"
#include "hal/fido/sim/device/join.hpp"
#include "hal/fido/sim/device/signature.hpp"

namespace latchkey::fido::sim {
namespace {

constexpr int kCredential = 1;
constexpr int kAuthData = 2;
constexpr int kSignature = 3;
constexpr int kUser = 4;
constexpr int kNumberOfCredentials = 5;

/// Who the accounts belong to is told to nobody but their verified owner, and only where there is
/// a choice.
Value user_entity(const ResidentCredential& resident, bool with_names) {
  Value::Map user{{"id", resident.user_id}};
  if (with_names && !resident.user_name.empty()) user.emplace("name", resident.user_name);
  if (with_names && !resident.user_display_name.empty()) {
    user.emplace("displayName", resident.user_display_name);
  }
  return user;
}

Result<Bytes> next_assertion(Environment& env, Session::PendingAssertions& assertions) {
  const auto count = assertions.credential_ids.size();
  const bool first = assertions.next == 0;
  const auto& id = assertions.credential_ids[assertions.next++];
  const auto rp_id_hash = crypto::sha256(as_bytes(assertions.rp_id));
  if (!rp_id_hash) return tl::make_unexpected(rp_id_hash.error());
  const auto credential = find_credential(env.state, *rp_id_hash, id);
  if (!credential) return answer(Status::no_credentials);

  auto data =
      authenticator_data(env, *rp_id_hash, {assertions.user_present, assertions.user_verified});
  auto signature = sign(env, credential->key, join({data, assertions.client_data_hash}));
  if (!signature) return signature;

  Value::Map members{{kCredential, Value::Map{{"id", id}, {"type", "public-key"}}},
                     {kAuthData, std::move(data)},
                     {kSignature, *std::move(signature)}};
  if (credential->resident != nullptr) {
    const bool with_names = assertions.user_verified && count > 1;
    members.emplace(kUser, user_entity(*credential->resident, with_names));
  }
  if (first && count > 1) members.emplace(kNumberOfCredentials, static_cast<std::int64_t>(count));
  return answer(members);
}

}  // namespace

Bytes answer_assertion(Environment& env, Session::PendingAssertions& assertions) {
  return next_assertion(env, assertions).value_or(answer(Status::other));
}

}  // namespace latchkey::fido::sim
