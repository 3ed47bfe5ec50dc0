// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/attest/judgement.hpp"

namespace latchkey::attest {

/// What is asked of hardware (latchkey.toml [policy]). `prefer` is for the host, which then makes
/// such keys first; here it refuses no more than `any`.
enum class HardwareRule : std::uint8_t { any, prefer, require };

struct Policy {
  HardwareRule hardware = HardwareRule::any;
  std::vector<Aaguid> aaguid_allow;  ///< these models alone, proved; empty: all that chain

  /// Whether a key must prove its hardware: a list of models is a wish for proof too, since
  /// anybody can claim a model.
  [[nodiscard]] bool wants_proof() const noexcept {
    return hardware == HardwareRule::require || !aaguid_allow.empty();
  }
};

enum class Ground : std::uint8_t {
  invalid,       ///< the attestation is a false one
  not_attested,  ///< nothing proves the hardware
  model,         ///< proved, but of a model that is not listed
};

struct Refusal {
  Ground ground = Ground::invalid;
  std::string text;  ///< a sentence for a person: what is wrong, and what to do
};

/// nullopt: allowed. An invalid attestation is refused under every rule: who has none to show must
/// not show a false one. Whether the user was verified is not asked here: that is shown by the
/// proof of possession, which need not be the attestation.
[[nodiscard]] std::optional<Refusal> refuse(const Policy& policy, const Judgement& judgement);

}  // namespace latchkey::attest
