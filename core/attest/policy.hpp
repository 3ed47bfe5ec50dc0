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
  bool user_verification = false;    ///< it must be signed that the key verified its user
  std::vector<Aaguid> aaguid_allow;  ///< these models alone, proved; empty: all that chain
};

/// nullopt: allowed; otherwise the sentence that says why not. An invalid attestation is refused
/// under every rule: who has none to show must not show a false one.
[[nodiscard]] std::optional<std::string> refuse(const Policy& policy, const Judgement& judgement);

}  // namespace latchkey::attest
