// SPDX-License-Identifier: MIT
#include "host/destination.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "core/ssh/known_hosts.hpp"
#include "host/printable.hpp"
#include "host/sentences.hpp"

namespace latchkey::host {

Attempt<Destination> Destination::of(const PairingOptions& options, const Context& context) {
  auto target = Target::parse(options.target);
  if (!target) return give_up(std::move(target));
  auto config = SshConfig::of(*target, options.config_file, context.home, context.runner);
  if (!config) return give_up(std::move(config));
  return Destination{std::move(*target), std::move(*config)};
}

Attempt<std::string> Destination::account_for(const channel::Welcome& welcome,
                                              const Home& home) const {
  const auto enrols = [&](const std::string& account) {
    return std::ranges::find(welcome.accounts, account) != welcome.accounts.end();
  };
  auto wanted = target.user;
  // ssh -G always names a user; only another than ours was chosen by somebody.
  if (wanted.empty() && config.user != home.user) wanted = config.user;
  if (wanted.empty() && enrols(home.user)) wanted = home.user;
  if (wanted.empty() && !welcome.accounts.empty()) wanted = welcome.accounts.front();
  if (!wanted.empty() && enrols(wanted)) return wanted;
  return give_up(
      Reason::account_not_allowed,
      fmt::format("The Pi does not enrol keys for the account {}. It does for: {}.",
                  wanted.empty() ? "you" : printable(wanted), listed(welcome.accounts)),
      fmt::format("Name one of them: latchkey enroll USER@{}; or add the account to `accounts` in "
                  "the Pi's /etc/latchkey/latchkey.toml.",
                  target.host));
}

std::uint16_t Destination::ssh_port_for(const channel::Welcome& welcome) const noexcept {
  return config.port == ssh::kSshPort && welcome.ssh_port != 0 ? welcome.ssh_port : config.port;
}

}  // namespace latchkey::host
