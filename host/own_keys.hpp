// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/context.hpp"
#include "host/local_keys.hpp"

namespace latchkey::host {

/// The keys of this computer, and what ssh would use for a host that no block of its configuration
/// names.
struct OwnKeys {
  LocalKeys local;
  std::string agent;                  ///< the agent's socket; empty: none
  std::string security_key_provider;  ///< empty: ssh's own

  /// Asks ssh and the agent, reads ~/.ssh. Reason::program_missing, bad_ssh_config.
  [[nodiscard]] static Attempt<OwnKeys> find(const Context& context);
};

}  // namespace latchkey::host
