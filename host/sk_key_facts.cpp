// SPDX-License-Identifier: MIT
#include "host/sk_key_facts.hpp"

#include "core/ssh/openssh_key.hpp"
#include "host/stored_attestation.hpp"
#include "host/text_file.hpp"

namespace latchkey::host {
namespace {

constexpr std::size_t kMaxKeyFile = 64UL * 1024;

}  // namespace

SkKeyFacts SkKeyFacts::of(const LocalKey& key) {
  SkKeyFacts facts;
  if (!key.on_security_key()) return facts;
  facts.application = key.key.application();
  if (key.file.empty()) return facts;
  if (const auto bytes = read_file(key.file, kMaxKeyFile)) {
    if (const auto read = ssh::read_sk_private_file(as_text(*bytes))) facts.flags = read->flags;
  }
  const auto record = read_stored_attestation(key.file, key.key);
  if (!record) {
    facts.claim = "that cannot be read";
  } else if (*record) {
    facts.claim = claim_of(**record, key.key);
  }
  return facts;
}

bool SkKeyFacts::resident() const noexcept {
  return (flags.value_or(0) & ssh::sk_flag::kResident) != 0;
}
bool SkKeyFacts::verifies() const noexcept {
  return (flags.value_or(0) & ssh::sk_flag::kUserVerification) != 0;
}
bool SkKeyFacts::needs_touch() const noexcept {
  return !flags || (*flags & ssh::sk_flag::kUserPresence) != 0;
}

std::string SkKeyFacts::text() const {
  std::string text = application;
  if (resident()) text += ", resident";
  if (verifies()) text += ", PIN or finger at each use";
  if (!needs_touch()) text += ", no touch";
  if (!claim.empty()) text += ", attestation kept " + claim;
  return text;
}

}  // namespace latchkey::host
