// SPDX-License-Identifier: MIT
#include "hal/fido/key_info.hpp"

#include <algorithm>

namespace latchkey::fido {
namespace {

/// Whether a making without verification would be refused (CTAP 2.1 section 6.1.2 steps 5 to 10).
bool insists(const KeyInfo& info, bool resident) noexcept {
  if (info.always_verifies) return true;
  const bool protects = info.pin == PinState::set || info.built_in_verification;
  return protects && (resident || !info.makes_without_pin);
}

}  // namespace

bool may_support(const KeyInfo& info, Algorithm algorithm) noexcept {
  if (!info.ctap2) return algorithm == Algorithm::ecdsa_p256;
  if (info.algorithms.empty()) return true;
  return std::find(info.algorithms.begin(), info.algorithms.end(), algorithm) !=
         info.algorithms.end();
}

Verification needed_to_make(const KeyInfo& info, bool resident, bool verify) noexcept {
  // A resident one without any verification is legal on a key without a PIN; but then nobody could
  // see what it overwrites.
  if (!resident && !verify && !insists(info, resident)) return Verification::none;
  if (info.built_in_verification) return Verification::built_in;
  return info.pin == PinState::set ? Verification::pin : Verification::not_possible;
}

}  // namespace latchkey::fido
