// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "hal/fido/sim/device/environment.hpp"
#include "hal/fido/sim/device/status.hpp"

/// The credentials of a key, in its store or wrapped in their identifiers.
namespace latchkey::fido::sim {

struct Credential {
  SigningKey key;
  CredProtect protection = CredProtect::optional;
  const ResidentCredential* resident = nullptr;  ///< until the store changes; nullptr: wrapped
};

/// nullopt: not ours, or of another relying party.
[[nodiscard]] std::optional<Credential> find_credential(const State& state, ByteView rp_id_hash,
                                                        ByteView id);

/// The discoverable ones, newest first. Valid until the store changes.
[[nodiscard]] std::vector<const ResidentCredential*> find_residents(const State& state,
                                                                    ByteView rp_id_hash);

/// Whether store() may be called: there is room, or one for the same relying party and user, whose
/// place it takes. ok, key_store_full.
[[nodiscard]] Status check_room(const Model& model, const State& state,
                                const ResidentCredential& credential);
void store(State& state, ResidentCredential credential);

}  // namespace latchkey::fido::sim
