// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hal/process/runner.hpp"
#include "host/failure.hpp"
#include "host/home.hpp"
#include "host/target.hpp"

namespace latchkey::host {

/// What ssh itself would do for a host: the answer of `ssh -G`, so that every Host, Match and
/// Include of the user's own configuration counts.
struct SshConfig {
  std::string hostname;  ///< what would be dialled
  std::string alias;     ///< HostKeyAlias: what known_hosts calls it; empty: the hostname
  std::uint16_t port = 22;
  std::string user;
  std::vector<std::string> identity_files;  ///< expanded, existing or not
  std::string
      known_hosts;  ///< the file that ssh would add to; empty: none (UserKnownHostsFile none)
  bool hash_known_hosts = false;
  std::string agent;                  ///< the agent's socket; empty: none
  std::string security_key_provider;  ///< a library, of SecurityKeyProvider; empty: ssh's own

  /// Runs ssh. `file`: as ssh's -F, or empty. Errors: Reason::program_missing,
  /// Reason::bad_ssh_config with ssh's own words, Reason::proxied (ProxyJump, ProxyCommand: then
  /// the pairing port is not to be reached from here).
  [[nodiscard]] static Attempt<SshConfig> of(const Target& target, const std::string& file,
                                             const Home& home, process::Runner& runner);

  /// The same from the text that ssh printed.
  [[nodiscard]] static Attempt<SshConfig> parse(std::string_view text, const Target& target,
                                                const Home& home);
};

/// The socket that IdentityAgent of ssh_config(5) means: none, SSH_AUTH_SOCK (also when empty),
/// $VARIABLE or a path. Empty when there is none.
[[nodiscard]] std::string agent_socket(std::string_view value, const Home& home);

/// The arguments that every ssh of ours starts with: "ssh", and -F FILE where one is given.
[[nodiscard]] std::vector<std::string> ssh_command(const std::string& file);

}  // namespace latchkey::host
