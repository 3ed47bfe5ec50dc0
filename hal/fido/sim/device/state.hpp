// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/crypto/random.hpp"
#include "hal/fido/sim/crypto/signing_key.hpp"

namespace latchkey::fido::sim {

inline constexpr std::uint8_t kPinTries = 8;
inline constexpr std::uint8_t kVerificationTries = 5;

/// credProtect levels (CTAP 2.1 section 12.1).
enum class CredProtect : std::uint8_t {
  optional = 1,
  optional_with_list = 2,
  required = 3,
};

/// A discoverable credential in the key's store.
struct ResidentCredential {
  Bytes id{};
  std::string rp_id{};
  std::array<std::uint8_t, 32> rp_id_hash{};
  Bytes user_id{};
  std::string user_name{};
  std::string user_display_name{};
  SigningKey key;
  CredProtect protection = CredProtect::optional;
  std::uint64_t made = 0;  ///< counts up: newest first in assertions
};

/// What is burnt in at the factory and survives a reset: the attestation chain.
struct Factory {
  SigningKey attestation_key;
  std::vector<Bytes> chain;  ///< DER: leaf, intermediate, root
};

/// What survives unplugging. Private keys lie in here in the clear: this is a test tool.
struct State {
  Factory factory;
  std::array<std::uint8_t, 32> wrapping_key{};  ///< of credential identifiers; new at a reset
  std::optional<std::array<std::uint8_t, 16>> pin_hash{};  ///< LEFT(SHA-256(PIN), 16)
  std::uint8_t pin_code_points = 0;                        ///< length of the PIN
  std::uint8_t pin_tries = kPinTries;
  std::uint8_t verification_tries = kVerificationTries;
  std::uint32_t signature_counter = 0;
  std::uint64_t credentials_made = 0;
  std::vector<ResidentCredential> credentials{};
};

/// authenticatorReset: everything but the factory's.
[[nodiscard]] Result<void> reset(State& state, crypto::Random& random);

/// The state as a JSON text, and back. from_json: Errc::malformed, saying which field; bounded
/// (kMaxStateSize), every field checked.
inline constexpr std::size_t kMaxStateSize = 1U << 24U;
[[nodiscard]] std::string to_json(const State& state);
[[nodiscard]] Result<State> from_json(std::string_view text);

}  // namespace latchkey::fido::sim
