// SPDX-License-Identifier: MIT
#include "host/key_choice.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

#include "host/sentences.hpp"

namespace latchkey::host {
namespace {

using attest::HardwareRule;

constexpr auto kMakeOne = "Make one on a security key: latchkey enroll --new, or --on-pi.";
constexpr auto kAway =
    "The keys on this computer that the Pi takes are of security keys that are not plugged in here";

bool accepts(const channel::Welcome& welcome, std::string_view type) {
  return std::ranges::find(welcome.key_types, type) != welcome.key_types.end();
}

bool accepts_security_keys(const channel::Welcome& welcome) {
  return std::ranges::any_of(welcome.key_types, [](const std::string& type) {
    return ssh::is_security_key(ssh::key_type(type));
  });
}

std::string accepted_by(const channel::Welcome& welcome) {
  return fmt::format(" It accepts: {}.", listed(welcome.key_types));
}

std::vector<Candidate> usable(const Choices& choices, const channel::Welcome& welcome) {
  std::vector<Candidate> keys;
  std::ranges::copy_if(choices.keys, std::back_inserter(keys), [&](const Candidate& candidate) {
    return accepts(welcome, candidate.key.key.type_name());
  });
  if (choices.fixed) return keys;
  if (welcome.hardware == HardwareRule::require) {
    std::erase_if(keys, [](const Candidate& candidate) { return !candidate.attested(); });
  } else if (welcome.hardware == HardwareRule::prefer && choices.security_key_here) {
    std::ranges::stable_sort(keys, {}, [](const Candidate& candidate) {
      return candidate.attested() ? 0 : candidate.key.on_security_key() ? 1 : 2;
    });
  }
  std::stable_partition(keys.begin(), keys.end(),
                        [](const Candidate& candidate) { return !candidate.key.away; });
  return keys;
}

}  // namespace

Attempt<ChosenKey> choose_key(const Choices& choices, const channel::Welcome& welcome) {
  const bool making = choices.wanted == KeySource::here || choices.wanted == KeySource::in_pi;
  if (making) {
    if (accepts_security_keys(welcome)) return ChosenKey{choices.wanted, std::nullopt, {}};
    return give_up(Reason::key_type_refused,
                   "The Pi accepts no keys on security keys." + accepted_by(welcome),
                   "Enrol a software key: latchkey enroll --software");
  }

  const bool takes_security_keys = accepts_security_keys(welcome);
  const bool can_make = takes_security_keys && choices.may_make && !choices.fixed;
  auto keys = usable(choices, welcome);
  if (!keys.empty()) {
    if (keys.front().key.away && can_make && choices.security_key_here) {
      return ChosenKey{KeySource::here, {}, kAway};
    }
    return ChosenKey{choices.wanted, std::move(keys.front()), {}};
  }
  if (choices.fixed) {
    return give_up(Reason::key_type_refused,
                   fmt::format("The Pi does not accept keys of type {}.{}",
                               choices.keys.front().key.key.type_name(), accepted_by(welcome)),
                   "Choose another key with --key FILE; `latchkey keys` lists them.");
  }

  const bool required = welcome.hardware == HardwareRule::require;
  const std::string none = required
                               ? "The Pi takes keys in hardware alone, and no key on this computer "
                                 "has its security key's attestation"
                               : "The Pi accepts none of the keys on this computer";
  if (can_make) {
    return ChosenKey{choices.security_key_here ? KeySource::here : KeySource::in_pi, {}, none};
  }
  if (required) return give_up(Reason::not_attested, none + ".", kMakeOne);
  return give_up(Reason::key_type_refused, none + "." + accepted_by(welcome),
                 takes_security_keys               ? kMakeOne
                 : accepts(welcome, "ssh-ed25519") ? "Make one that it accepts: latchkey keygen "
                                                     "--software"
                                                   : "Make one that it accepts with ssh-keygen.");
}

}  // namespace latchkey::host
