// SPDX-License-Identifier: MIT
#include "host/key_handle.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <memory>
#include <utility>

#include "core/attest/record.hpp"
#include "core/ssh/fingerprint.hpp"
#include "core/ssh/openssh_key.hpp"
#include "host/interrupt.hpp"
#include "host/pin_prompt.hpp"
#include "host/security_key_choice.hpp"
#include "host/sk_key_file.hpp"
#include "host/sk_key_maker.hpp"

namespace latchkey::host {
namespace {

constexpr int kLookAgain = 250;  // milliseconds
constexpr int kLooks = 120;  // 30 s: the Pi waits 60 s for the verdict, and the login takes some

// Others are neither OpenSSH's nor what a Pi is asked for.
constexpr int kKnownFlags =
    ssh::sk_flag::kUserPresence | ssh::sk_flag::kUserVerification | ssh::sk_flag::kResident;

using Opened = std::vector<std::unique_ptr<fido::SecurityKey>>;

tl::unexpected<Failure> not_ours(std::string what) {
  return give_up(Reason::not_latchkey, std::move(what),
                 "Upgrade latchkey here and latchkey-pi there to the same version.");
}

bool verifies_each_time(const HandedKey& handed) {
  return (handed.handle.flags & ssh::sk_flag::kUserVerification) != 0;
}

/// All that are plugged in and can be opened; where none is, the one that is waited for.
Attempt<Opened> open_all(const std::string& device, const Context& context,
                         const Interrupt& interrupt) {
  Opened opened;
  const auto plugged = context.security_keys.list();
  if (device.empty() && plugged && plugged->size() > 1) {
    for (const auto& one : *plugged) {
      if (auto key = context.security_keys.open(one, interrupt.descriptor())) {
        opened.push_back(std::move(*key));
      }
    }
  }
  if (!opened.empty()) return opened;
  auto key = choose_security_key({.device = device}, context, interrupt);
  if (!key) return give_up(std::move(key));
  opened.push_back(std::move(*key));
  return opened;
}

fido::Attempt<std::optional<std::size_t>> ask(fido::SecurityKey& key,
                                              const std::vector<HandedKey>& handed,
                                              const fido::Pin* pin) {
  for (std::size_t i = 0; i < handed.size(); ++i) {
    const auto owns = key.owns(handed[i].key.application(), handed[i].handle.handle, pin);
    if (!owns) return tl::make_unexpected(owns.error());
    if (*owns) return i;
  }
  return std::nullopt;
}

bool may_deny(const fido::KeyInfo& info, const std::vector<HandedKey>& handed) {
  return info.pin == fido::PinState::set &&
         (info.always_verifies || std::ranges::any_of(handed, verifies_each_time));
}

bool holds(const HandedKey& handed, std::vector<fido::PluggedKey>& here, const Context& context) {
  const auto plugged = context.security_keys.list();
  if (!plugged) return false;
  std::erase_if(here, [&](const fido::PluggedKey& one) {
    return std::ranges::find(*plugged, one) == plugged->end();
  });
  return std::ranges::any_of(*plugged, [&](const fido::PluggedKey& one) {
    const auto key = context.security_keys.open(one, -1);
    if (!key) return false;
    const auto owns = (*key)->owns(handed.key.application(), handed.handle.handle, nullptr);
    // One that may deny what it owns is taken at the word of who plugged it in: ssh will see.
    const bool came = std::ranges::find(here, one) == here.end();
    return owns && (*owns || (came && may_deny((*key)->info(), {handed})));
  });
}

/// How a new key differs from what was asked for; empty: not at all.
const char* what_is_other(const HandedKey& handed, const channel::TokenRequest& asked) {
  using channel::TokenAlgorithm;
  const auto has = [&](std::uint8_t flag) { return (handed.handle.flags & flag) != 0; };
  const bool ed25519 = algorithm_of(handed.key) == fido::Algorithm::ed25519;
  if (asked.algorithm != TokenAlgorithm::best &&
      ed25519 != (asked.algorithm == TokenAlgorithm::ed25519)) {
    return "it is of another kind";
  }
  if (has(ssh::sk_flag::kUserVerification) != asked.verify) {
    return asked.verify ? "it wants no PIN or finger" : "each use of it wants a PIN or a finger";
  }
  if (has(ssh::sk_flag::kResident) != asked.resident) {
    return asked.resident ? "it is not resident" : "it is resident";
  }
  return "";
}

}  // namespace

Attempt<HandedKey> read_handle(channel::KeyHandle handle) {
  auto key = ssh::PublicKey::parse(handle.key);
  if (!key || !ssh::is_security_key(key->type())) {
    return not_ours("The Pi gave a key handle of no key on a security key.");
  }
  const bool touch = (handle.flags & ssh::sk_flag::kUserPresence) != 0;
  if (!key->application().starts_with("ssh:") || !touch || (handle.flags & ~kKnownFlags) != 0) {
    return not_ours("The Pi gave a key handle that is none of a key for ssh.");
  }
  auto fingerprint = ssh::fingerprint(key->blob()).value_or("SHA256:?");
  return HandedKey{std::move(*key), std::move(fingerprint), std::move(handle)};
}

Attempt<> check_made(const HandedKey& handed, const channel::TokenRequest& asked) {
  auto other = handed.key.application() != asked.application ? "its application is another" : "";
  // What an existing one is was settled when it was made.
  if (*other == '\0' && !asked.existing) other = what_is_other(handed, asked);
  if (*other == '\0') return {};
  return not_ours(fmt::format("The Pi made another key than was asked for: {}.", other));
}

Attempt<LocalKey> save_handle(const HandedKey& handed, const Context& context) {
  SkKeyFile file{
      {handed.key, handed.handle.flags, handed.handle.handle, handed.handle.comment},
      free_key_file(context.home.ssh_directory() + "/" + default_name(algorithm_of(handed.key))),
      false,
      std::nullopt,
      {}};
  auto record = attest::decode_record(handed.handle.attestation);
  // Without its challenge it would prove nothing to anybody.
  const bool kept = record && !record->challenge.empty() && !record->attestation.signature.empty();
  if (kept) file.record = std::move(*record);
  return save_sk_key(file, context);
}

Attempt<std::optional<std::size_t>> find_owned(const std::vector<HandedKey>& handed,
                                               const std::string& device, const Context& context) {
  const Interrupt interrupt;
  const auto opened = open_all(device, context, interrupt);
  if (!opened) return tl::make_unexpected(opened.error());
  std::optional<Failure> trouble;  // one security key that fails hides no other
  for (const auto& key : *opened) {
    const auto found = ask(*key, handed, nullptr);
    if (!found) trouble = key_failure(found.error());
    if (found && *found) return *found;
  }
  for (const auto& key : *opened) {
    if (!may_deny(key->info(), handed)) continue;
    PinPrompt prompt(context.terminal, *key);
    const auto found =
        with_pin(prompt, [&](const fido::Pin& pin) { return ask(*key, handed, &pin); });
    if (!found) return tl::make_unexpected(found.error());
    if (*found) return *found;
  }
  if (trouble) return tl::make_unexpected(std::move(*trouble));
  return std::nullopt;
}

bool await_security_key(const HandedKey& handed, std::vector<fido::PluggedKey> here,
                        const Context& context) {
  if (holds(handed, here, context)) return true;
  context.terminal.forget_typed();
  context.terminal.touch(
      "Move the security key from the Pi to this computer; it is noticed by itself. Enter goes on "
      "without the login.");
  for (int look = 0; look < kLooks; ++look) {
    const bool enter = context.terminal.enter_came(kLookAgain);
    if (holds(handed, here, context)) return true;
    if (enter) return false;
  }
  return false;
}

}  // namespace latchkey::host
