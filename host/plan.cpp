// SPDX-License-Identifier: MIT
#include "host/plan.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "core/attest/judgement.hpp"
#include "core/attest/record.hpp"
#include "core/channel/token_messages.hpp"
#include "host/key_for_pi.hpp"
#include "host/key_maker.hpp"
#include "host/key_presence.hpp"
#include "host/limits.hpp"
#include "host/printable.hpp"
#include "host/stored_attestation.hpp"

namespace latchkey::host {
namespace {

bool plugged_in(const Context& context) {
  const auto keys = context.security_keys.list();
  return keys && !keys->empty();
}

/// Options that say what a new key on a security key shall be like.
bool describes_a_new_key(const EnrollOptions& options) {
  return !options.type.empty() || options.resident || options.verify_required ||
         !options.application.empty() || !options.user.empty() || !options.device.empty();
}

std::string told_of(const UnusableFile& file, const Context& context) {
  return fmt::format("{} cannot be used as a key: {}", context.home.shorten(printable(file.file)),
                     printable(file.why));
}

/// Where it comes from when this computer has none that will do.
Attempt<KeySource> source_of_new_key(const EnrollOptions& options,
                                     const std::vector<UnusableFile>& unusable,
                                     const Context& context) {
  if (options.software) return KeySource::file;
  // In the Pi is where --on-pi has it made: what shall be like this is made here, or nowhere.
  if (describes_a_new_key(options)) return KeySource::here;
  const bool told = context.terminal.interactive();
  if (!told && !options.yes) {
    std::string none = "There is no SSH key on this computer.";
    for (const auto& file : unusable) none += " " + told_of(file, context) + ".";
    return give_up(Reason::no_key, std::move(none),
                   "Say where one shall be made: --new on a security key here, --on-pi on one in "
                   "the Pi, --software in a file without a passphrase; or --yes: on the security "
                   "key that is plugged in here, in a file where there is none.");
  }
  if (plugged_in(context)) return KeySource::here;
  return told ? KeySource::in_pi : KeySource::file;
}

/// For an offer. What cannot be read is none, and what does not hold or no maker signed is none: it
/// would prove nothing, and the signature speaks for itself.
Bytes kept_attestation(const LocalKey& key) {
  if (!key.on_security_key() || key.file.empty()) return {};
  const auto record = read_stored_attestation(key.file, key.key);
  if (!record || !*record) return {};
  const auto grade =
      attest::judge({(*record)->attestation, (*record)->challenge, key.key}, {}, {}, {}).grade;
  if (grade != attest::Grade::hardware && grade != attest::Grade::unknown_root) return {};
  return attest::encode(**record).value_or(Bytes());
}

auto wrong(std::string what, std::string next = {}) {
  return give_up(Reason::usage, std::move(what), std::move(next));
}

}  // namespace

Attempt<> check_sources(const EnrollOptions& options) {
  const std::array<std::pair<const char*, bool>, 4> sources{{{"--key", !options.key.empty()},
                                                             {"--new", options.make_new},
                                                             {"--on-pi", options.on_pi},
                                                             {"--software", options.software}}};
  const char* source = nullptr;
  for (const auto& [name, given] : sources) {
    if (!given) continue;
    if (source != nullptr) {
      return wrong(fmt::format("{} and {} name two keys, and one is enrolled.", source, name),
                   "Leave one of them out.");
    }
    source = name;
  }
  if (options.existing && !options.on_pi) {
    return wrong("--existing is about a security key in the Pi.",
                 "Say --on-pi --existing; a key that is here is named by --key FILE.");
  }
  if (options.existing && (options.resident || options.verify_required || !options.type.empty())) {
    return wrong("--existing takes the key as it is, so it cannot be told what to be.",
                 "Leave --type, --resident and --verify-required out.");
  }
  if (!options.user.empty() && !options.resident && !options.existing) {
    return wrong("--user names a resident key, not the account on the Pi.",
                 "Add --resident, or --on-pi --existing. The account stands before the Pi: " +
                     options.user + "@PI");
  }
  if (!options.device.empty() && options.on_pi) {
    return wrong(
        "--device names a security key that is plugged in here, and --on-pi wants one "
        "in the Pi.",
        "Leave one of them out.");
  }
  const bool kept_or_file = !options.key.empty() || options.software;
  if (kept_or_file && describes_a_new_key(options)) {
    return wrong(fmt::format("With {} no key is made on a security key, so nothing can be said "
                             "about it.",
                             source),
                 "Leave --type, --resident, --verify-required, --application, --user and "
                 "--device out.");
  }
  if (options.user.size() > channel::kMaxUser) {
    return wrong(fmt::format("--user takes at most {} bytes.", channel::kMaxUser));
  }
  const bool named = options.application.empty() || options.application.starts_with("ssh:");
  if (!named || options.application.size() > channel::kMaxApplication) {
    return wrong(
        "“" + options.application + "” is no application of SSH keys.",
        fmt::format("It starts with “ssh:” and has at most {} bytes.", channel::kMaxApplication));
  }
  return {};
}

Attempt<Plan> Plan::make(const EnrollOptions& options, const Context& context) {
  if (auto checked = check_sources(options); !checked) return give_up(std::move(checked));
  auto destination = Destination::of(options, context);
  if (!destination) return give_up(std::move(destination));
  Plan plan;
  static_cast<Destination&>(plan) = std::move(*destination);
  auto limits = parse_limits(options, context.clock.wall());
  if (!limits) return give_up(std::move(limits));
  plan.limits = std::move(*limits);
  if (options.on_pi || options.make_new) {
    plan.source = options.on_pi ? KeySource::in_pi : KeySource::here;
    return plan;
  }

  const auto found =
      LocalKeys::find(context.home, plan.config.identity_files, plan.config.agent, context.runner);
  if (!options.key.empty()) {
    auto named = found.of_file(context.home.expand(options.key));
    if (!named) return give_up(std::move(named));
    if (const auto strong = ssh::check_strength(named->key); !strong) {
      return give_up(
          Reason::key_refused,
          fmt::format("{} cannot be enrolled: {}.", options.key, strong.error().message()),
          "Make a new one: latchkey keygen");
    }
    plan.fixed = true;
    plan.keys.push_back(std::move(*named));
    look_for_security_keys(plan.keys, plan.config.security_key_provider, context);
    return plan;
  }
  plan.fixed = options.software;
  if (!describes_a_new_key(options)) plan.keys = found.ranked();
  if (options.software) std::erase_if(plan.keys, &LocalKey::on_security_key);
  if (!plan.keys.empty()) {
    look_for_security_keys(plan.keys, plan.config.security_key_provider, context);
    std::stable_partition(plan.keys.begin(), plan.keys.end(),
                          [](const LocalKey& key) { return !key.away; });
    return plan;
  }
  if (found.ranked().empty()) plan.unusable = found.unusable;
  const auto source = source_of_new_key(options, plan.unusable, context);
  if (!source) return tl::make_unexpected(source.error());
  plan.source = *source;
  return plan;
}

void Plan::warn(const Context& context) const {
  for (const auto& file : unusable) context.terminal.warn(told_of(file, context));
  if (keys.empty() || !keys.front().away) return;
  context.terminal.warn(
      fmt::format("the security key of {} is not plugged in here: plug it in before the code is "
                  "typed{}",
                  keys.front().label(context.home),
                  fixed || !context.terminal.interactive() || !plugged_in(context)
                      ? ""
                      : ", or a new key is made on the one that is plugged in"));
}

Attempt<> Plan::prepare(const EnrollOptions& options, const Context& context) {
  const auto& terminal = context.terminal;
  warn(context);
  if (source == KeySource::here) {
    if (auto settled = settle_security_key(options, context); !settled) return settled;
  } else if (source == KeySource::in_pi) {
    terminal.line(options.on_pi
                      ? "The key comes from a security key in the Pi: have it at hand; it is "
                        "plugged in there once the code is typed."
                      : fmt::format("No SSH key{} and no security key here: have one at hand to "
                                    "plug into the Pi, once the code is typed; or make a key in a "
                                    "file: latchkey enroll --software",
                                    unusable.empty() ? "" : " that can be used"));
  }
  if (source != KeySource::file) return {};

  const auto file = context.home.ssh_directory() + "/id_ed25519";
  const bool passphrase = terminal.interactive() && !options.json;
  terminal.line(
      fmt::format("No {} key here: making {}{}.", options.software ? "software" : "SSH",
                  context.home.shorten(file),
                  passphrase ? "; ssh-keygen asks for a passphrase" : ", without a passphrase"));
  auto made = make_software_key({file, {}, passphrase}, context.runner);
  if (!made) return give_up(std::move(made));
  LocalKeys one;
  auto key = one.of_file(file);
  if (!key) return give_up(std::move(key));
  keys.push_back(std::move(*key));
  return {};
}

Attempt<ChosenKey> Plan::choose(const channel::Welcome& welcome, const EnrollOptions& options,
                                const Context& context) const {
  Choices choices{
      source, {}, fixed, plugged_in(context), context.terminal.interactive() || options.yes};
  // Somebody may have plugged it in while reading the code.
  auto now = keys;
  look_for_security_keys(now, config.security_key_provider, context);
  for (auto& key : now) {
    auto attestation = kept_attestation(key);
    choices.keys.push_back({std::move(key), std::move(attestation)});
  }
  return choose_key(choices, welcome);
}

}  // namespace latchkey::host
