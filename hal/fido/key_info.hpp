// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::fido {

enum class Algorithm : std::uint8_t { ed25519, ecdsa_p256 };

enum class PinState : std::uint8_t { cannot, not_set, set };

/// What a security key says of itself (CTAP 2.1 section 6.4, authenticatorGetInfo), as far as
/// latchkey asks. It may lie: whatever is asked of it can still fail.
struct KeyInfo {
  bool ctap2 = false;                 ///< false: U2F alone, and all below keeps its default
  bool u2f = false;                   ///< speaks CTAP1/U2F (alone or as well)
  std::vector<std::string> versions;  ///< "FIDO_2_1", "U2F_V2"
  std::array<std::uint8_t, 16> aaguid{};
  std::vector<Algorithm> algorithms;  ///< empty: it does not say (CTAP 2.0)
  PinState pin = PinState::cannot;
  bool built_in_verification = false;  ///< a fingerprint is enrolled, or the like
  bool always_verifies = false;        ///< alwaysUv
  bool makes_without_pin = false;      ///< makeCredUvNotRqd
  bool resident_keys = false;
  bool manages_credentials = false;         ///< can list and delete resident keys
  bool protects_credentials = false;        ///< credProtect
  std::optional<std::uint64_t> free_slots;  ///< for resident keys, where it says so
  std::optional<std::uint64_t> firmware;
  bool simulated = false;  ///< a key in software: protects nothing
};

/// Whether it may be able to make such a key: it says so, or does not say.
[[nodiscard]] bool may_support(const KeyInfo& info, Algorithm algorithm) noexcept;

/// What making a credential asks of the person besides the touch.
enum class Verification : std::uint8_t {
  none,
  built_in,  ///< the finger that touches is the one that is checked
  pin,
  not_possible,  ///< needed, and it has neither a PIN nor a fingerprint
};

/// To be told before anything is started. `verify`: the credential shall want verification at each
/// use. A resident one, and any where the key insists, needs verification too.
[[nodiscard]] Verification needed_to_make(const KeyInfo& info, bool resident, bool verify) noexcept;

}  // namespace latchkey::fido
