// SPDX-License-Identifier: MIT
#include "host/rehearsal.hpp"

#include <fmt/format.h>
#include <string>

namespace latchkey::host {
namespace {

std::string key_in_sight(const Plan& plan, const EnrollOptions& options, const Context& context) {
  switch (plan.source) {
    case KeySource::kept: break;
    case KeySource::file:
      return fmt::format("none here: would make {}/id_ed25519",
                         context.home.shorten(context.home.ssh_directory()));
    case KeySource::here: return "would make a new one on a security key here";
    case KeySource::in_pi:
      return options.existing ? "would take the resident one of a security key in the Pi"
                              : "none here: would make one on a security key in the Pi";
  }
  const auto& key = plan.keys.front();
  return fmt::format("{}  {}  ({})", key.label(context.home), key.fingerprint, key.key.type_name());
}

std::string proof(const Plan& plan) {
  switch (plan.source) {
    case KeySource::here: return "make the key over the Pi's challenge, with one touch";
    case KeySource::in_pi: return "have the key made at the Pi, with a touch there";
    default: return "prove the key with ssh-keygen -Y sign";
  }
}

}  // namespace

void rehearse(const Plan& plan, const EnrollOptions& options, const Context& context) {
  const auto& terminal = context.terminal;
  plan.warn(context);
  terminal.field("Key", key_in_sight(plan, options, context));
  const auto user = plan.target.user.empty() ? std::string("the account that the Pi proposes")
                                             : "account " + plan.target.user;
  terminal.line("Would, and with --dry-run does not:");
  terminal.line(fmt::format("  connect to {} port {}, and ask for the code", plan.config.hostname,
                            plan.target.port));
  terminal.line(fmt::format("  {}, and offer it for {}", proof(plan), user));
  if (!plan.config.known_hosts.empty()) {
    terminal.line(fmt::format("  pin the Pi's host keys in {}{}",
                              context.home.shorten(plan.config.known_hosts),
                              plan.config.hash_known_hosts ? ", hashed" : ""));
  }
  if (options.verify) terminal.line("  log in with ssh, and take the key out if that fails");
  if (options.host_block) {
    terminal.line(fmt::format("  offer a Host block for {}",
                              options.config_file.empty()
                                  ? context.home.shorten(context.home.ssh_directory()) + "/config"
                                  : options.config_file));
  }
}

}  // namespace latchkey::host
