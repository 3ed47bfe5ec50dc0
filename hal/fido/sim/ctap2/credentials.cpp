// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/credentials.hpp"

#include <algorithm>

#include "hal/fido/sim/device/credential_id.hpp"

namespace latchkey::fido::sim {
namespace {

auto same_account(const ResidentCredential& credential) {
  return [&credential](const ResidentCredential& other) {
    return other.rp_id_hash == credential.rp_id_hash && other.user_id == credential.user_id;
  };
}

}  // namespace

std::optional<Credential> find_credential(const State& state, ByteView rp_id_hash, ByteView id) {
  for (const auto* resident : find_residents(state, rp_id_hash)) {
    if (std::ranges::equal(resident->id, id)) {
      return Credential{resident->key, resident->protection, resident};
    }
  }
  auto wrapped = unwrap(state, rp_id_hash, id);
  if (!wrapped) return std::nullopt;
  return Credential{std::move(wrapped->key), wrapped->protection};
}

std::vector<const ResidentCredential*> find_residents(const State& state, ByteView rp_id_hash) {
  std::vector<const ResidentCredential*> found;
  for (const auto& resident : state.credentials) {
    if (std::ranges::equal(resident.rp_id_hash, rp_id_hash)) found.push_back(&resident);
  }
  std::ranges::sort(found, std::greater(), &ResidentCredential::made);
  return found;
}

Status check_room(const Model& model, const State& state, const ResidentCredential& credential) {
  if (model.misbehaviour.claims_resident_keys) return Status::key_store_full;
  const bool fits = state.credentials.size() < model.resident_slots ||
                    std::ranges::any_of(state.credentials, same_account(credential));
  return fits ? Status::ok : Status::key_store_full;
}

void store(State& state, ResidentCredential credential) {
  std::erase_if(state.credentials, same_account(credential));
  credential.made = ++state.credentials_made;
  state.credentials.push_back(std::move(credential));
}

}  // namespace latchkey::fido::sim
