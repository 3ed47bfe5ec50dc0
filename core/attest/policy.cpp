// SPDX-License-Identifier: MIT
#include "core/attest/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace latchkey::attest {
namespace {

constexpr auto kWanted = "This Pi enrols only keys that prove their hardware";

Refusal unproved(const Judgement& judgement) {
  switch (judgement.grade) {
    case Grade::unknown_root:
      return {Ground::not_attested,
              fmt::format("{}: {}; add the maker's root to the Pi's roots.d, or use another key.",
                          kWanted, judgement.why)};
    case Grade::self:
      return {Ground::not_attested,
              fmt::format("{}, and this one is attested by nobody but itself; use a security key "
                          "that its maker attests.",
                          kWanted)};
    default:
      return {Ground::not_attested,
              fmt::format("{}, and this one came without an attestation; make a new one while the "
                          "window is open, so that the security key attests it to this Pi.",
                          kWanted)};
  }
}

std::optional<Refusal> refuse_model(const std::vector<Aaguid>& allowed,
                                    const Judgement& judgement) {
  if (!judgement.aaguid) {
    return Refusal{Ground::model,
                   "This Pi enrols only some models of security key, and an attestation of the "
                   "U2F kind proves none; use a security key that attests by FIDO2."};
  }
  if (std::ranges::find(allowed, *judgement.aaguid) != allowed.end()) return std::nullopt;
  return Refusal{Ground::model,
                 fmt::format("This Pi does not enrol security keys of this model ({}, AAGUID {}); "
                             "use one of a model that its policy lists.",
                             judgement.model, format_aaguid(*judgement.aaguid))};
}

}  // namespace

std::optional<Refusal> refuse(const Policy& policy, const Judgement& judgement) {
  if (judgement.grade == Grade::invalid) {
    return Refusal{Ground::invalid,
                   fmt::format("The key's attestation is not valid: {}; make a new key and offer "
                               "that.",
                               judgement.why)};
  }
  if (policy.wants_proof() && judgement.grade != Grade::hardware) return unproved(judgement);
  if (policy.aaguid_allow.empty()) return std::nullopt;
  return refuse_model(policy.aaguid_allow, judgement);
}

}  // namespace latchkey::attest
