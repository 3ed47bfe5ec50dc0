// SPDX-License-Identifier: MIT
#include "core/attest/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace latchkey::attest {
namespace {

std::optional<std::string> refuse_model(const std::vector<Aaguid>& allowed,
                                        const Judgement& judgement) {
  if (!judgement.aaguid) {
    return "only some models of security keys are allowed, and an attestation of the U2F kind "
           "proves none";
  }
  if (std::ranges::find(allowed, *judgement.aaguid) != allowed.end()) return std::nullopt;
  return fmt::format("security keys of this model ({}, AAGUID {}) are not allowed", judgement.model,
                     format_aaguid(*judgement.aaguid));
}

}  // namespace

std::optional<std::string> refuse(const Policy& policy, const Judgement& judgement) {
  if (judgement.grade == Grade::invalid) {
    return fmt::format("the attestation is not valid: {}", judgement.why);
  }
  const bool proof_needed =
      policy.hardware == HardwareRule::require || !policy.aaguid_allow.empty();
  if (proof_needed && judgement.grade != Grade::hardware) {
    return fmt::format("only keys that prove their hardware are allowed: {}", judgement.why);
  }
  if (policy.user_verification && !judgement.user_verified) {
    return "keys must be made with user verification (a PIN or a fingerprint), and nothing shows "
           "that this one was";
  }
  if (policy.aaguid_allow.empty()) return std::nullopt;
  return refuse_model(policy.aaguid_allow, judgement);
}

}  // namespace latchkey::attest
