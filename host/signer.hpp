// SPDX-License-Identifier: MIT
#pragma once

#include "hal/process/runner.hpp"
#include "host/local_keys.hpp"

namespace latchkey::host {

/// Proves that this computer owns a key, with `ssh-keygen -Y sign`: it knows files, agents and
/// security keys, and asks for passphrases itself, on the terminal.
class Signer final {
 public:
  /// `interactive`: there is a terminal that ssh-keygen may ask on. `runner` must outlive this.
  /// `provider`: SshConfig::security_key_provider.
  Signer(process::Runner& runner, std::string agent_socket, bool interactive,
         std::string provider = {})
      : runner_(runner),
        agent_(std::move(agent_socket)),
        interactive_(interactive),
        provider_(std::move(provider)) {}

  /// An SSHSIG blob over `statement`, of this key and in this namespace. Blocks for as long as
  /// the person takes. Reason::cannot_sign, agent_refused, needs_terminal, program_missing.
  [[nodiscard]] Attempt<Bytes> sign(const LocalKey& key, const std::string& name_space,
                                    ByteView statement) const;

 private:
  [[nodiscard]] Attempt<std::string> run(const LocalKey& key, const std::string& name_space,
                                         ByteView statement) const;

  process::Runner& runner_;
  std::string agent_;
  bool interactive_;
  std::string provider_;
};

}  // namespace latchkey::host
