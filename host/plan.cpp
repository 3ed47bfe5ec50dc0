// SPDX-License-Identifier: MIT
#include "host/plan.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "core/ssh/known_hosts.hpp"
#include "host/key_maker.hpp"
#include "host/limits.hpp"
#include "host/printable.hpp"

namespace latchkey::host {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

std::string listed(const std::vector<std::string>& list) {
  return list.empty() ? std::string("none") : printable(fmt::format("{}", fmt::join(list, ", ")));
}

}  // namespace

Attempt<Plan> Plan::make(const EnrollOptions& options, const Context& context) {
  Plan plan;
  auto target = Target::parse(options.target);
  if (!target) return give_up(std::move(target));
  plan.target = std::move(*target);

  auto limits = parse_limits(options, context.clock.wall());
  if (!limits) return give_up(std::move(limits));
  plan.limits = std::move(*limits);

  auto config = SshConfig::of(plan.target, options.config_file, context.home, context.runner);
  if (!config) return give_up(std::move(config));
  plan.config = std::move(*config);

  const auto found =
      LocalKeys::find(context.home, plan.config.identity_files, plan.config.agent, context.runner);
  if (options.key.empty()) {
    plan.keys = found.ranked();
    plan.key_wanted = plan.keys.empty();
    return plan;
  }
  auto named = found.of_file(context.home.expand(options.key));
  if (!named) return give_up(std::move(named));
  if (const auto strong = ssh::check_strength(named->key); !strong) {
    return give_up(Reason::key_refused,
                   fmt::format("{} cannot be enrolled: {}.", options.key, strong.error().message()),
                   "Make a new one: latchkey keygen --software");
  }
  plan.key_named = true;
  plan.keys.push_back(std::move(*named));
  return plan;
}

Attempt<> Plan::make_missing_key(const EnrollOptions& options, const Context& context) {
  if (!key_wanted) return {};
  const auto& terminal = context.terminal;
  const auto file = context.home.ssh_directory() + "/id_ed25519";
  if (!terminal.interactive() && !options.yes) {
    return give_up(Reason::no_key, "There is no SSH key on this computer.",
                   "Make one: latchkey keygen --software; or let --yes make one without a "
                   "passphrase.");
  }
  const bool passphrase = terminal.interactive() && !options.json;
  terminal.line(
      fmt::format("No SSH key here: making {}{}.", context.home.shorten(file),
                  passphrase ? "; ssh-keygen asks for a passphrase" : ", without a passphrase"));
  auto made = make_software_key({file, {}, passphrase}, context.runner);
  if (!made) return give_up(std::move(made));
  LocalKeys one;
  auto key = one.of_file(file);
  if (!key) return give_up(std::move(key));
  keys.push_back(std::move(*key));
  key_wanted = false;
  return {};
}

Attempt<LocalKey> Plan::key_for(const channel::Welcome& welcome) const {
  const auto accepted = std::ranges::find_if(
      keys, [&](const LocalKey& key) { return contains(welcome.key_types, key.key.type_name()); });
  if (accepted != keys.end()) return *accepted;
  const auto what = key_named ? fmt::format("The Pi does not accept keys of type {}.",
                                            keys.front().key.type_name())
                              : std::string("The Pi accepts none of the keys on this computer.");
  return give_up(Reason::key_type_refused,
                 fmt::format("{} It accepts: {}.", what, listed(welcome.key_types)),
                 key_named ? "Choose another key with --key FILE; `latchkey keys` lists them."
                           : "Make one that it accepts, for example: latchkey keygen --software");
}

Attempt<std::string> Plan::account_for(const channel::Welcome& welcome, const Home& home) const {
  auto wanted = target.user;
  // ssh -G always names a user; only another than ours was chosen by somebody.
  if (wanted.empty() && config.user != home.user) wanted = config.user;
  if (wanted.empty() && contains(welcome.accounts, home.user)) wanted = home.user;
  if (wanted.empty() && !welcome.accounts.empty()) wanted = welcome.accounts.front();
  if (!wanted.empty() && contains(welcome.accounts, wanted)) return wanted;
  return give_up(
      Reason::account_not_allowed,
      fmt::format("The Pi does not enrol keys for the account {}. It does for: {}.",
                  wanted.empty() ? "you" : printable(wanted), listed(welcome.accounts)),
      fmt::format("Name one of them: latchkey enroll USER@{}; or add the account to `accounts` in "
                  "the Pi's /etc/latchkey/latchkey.toml.",
                  target.host));
}

std::uint16_t Plan::ssh_port_for(const channel::Welcome& welcome) const noexcept {
  return config.port == ssh::kSshPort && welcome.ssh_port != 0 ? welcome.ssh_port : config.port;
}

}  // namespace latchkey::host
