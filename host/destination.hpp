// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "core/channel/messages.hpp"
#include "host/context.hpp"
#include "host/options.hpp"
#include "host/ssh_config.hpp"
#include "host/target.hpp"

namespace latchkey::host {

/// Which Pi is meant, and how ssh reaches it.
struct Destination {
  Target target;
  SshConfig config;

  /// Asks ssh; connects to nobody.
  [[nodiscard]] static Attempt<Destination> of(const PairingOptions& options,
                                               const Context& context);

  /// The account that is meant: the one named, else ssh's, else the Pi's first.
  /// Reason::account_not_allowed.
  [[nodiscard]] Attempt<std::string> account_for(const channel::Welcome& welcome,
                                                 const Home& home) const;
  /// ssh's port: from the configuration, else what the Pi says.
  [[nodiscard]] std::uint16_t ssh_port_for(const channel::Welcome& welcome) const noexcept;
};

}  // namespace latchkey::host
