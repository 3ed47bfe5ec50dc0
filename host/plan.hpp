// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/channel/messages.hpp"
#include "host/context.hpp"
#include "host/local_keys.hpp"
#include "host/options.hpp"
#include "host/ssh_config.hpp"
#include "host/target.hpp"

namespace latchkey::host {

/// What is settled before anybody is connected to.
struct Plan {
  Target target;
  SshConfig config;
  std::vector<LocalKey> keys;  ///< best first; one alone when the person named it
  bool key_named = false;      ///< by --key: no other will do
  bool key_wanted = false;     ///< there is none: one has to be made first
  channel::Limits limits;

  /// Asks ssh and the agent, reads ~/.ssh, changes nothing.
  [[nodiscard]] static Attempt<Plan> make(const EnrollOptions& options, const Context& context);

  /// Makes ~/.ssh/id_ed25519 where there is no key at all, after saying so. Without a terminal
  /// only with --yes, and then without a passphrase.
  [[nodiscard]] Attempt<> make_missing_key(const EnrollOptions& options, const Context& context);

  /// The best key that this Pi accepts. Reason::key_type_refused.
  [[nodiscard]] Attempt<LocalKey> key_for(const channel::Welcome& welcome) const;
  /// The account that is meant: the one named, else ssh's, else the Pi's first.
  /// Reason::account_not_allowed.
  [[nodiscard]] Attempt<std::string> account_for(const channel::Welcome& welcome,
                                                 const Home& home) const;
  /// ssh's port: from the configuration, else what the Pi says.
  [[nodiscard]] std::uint16_t ssh_port_for(const channel::Welcome& welcome) const noexcept;
};

}  // namespace latchkey::host
