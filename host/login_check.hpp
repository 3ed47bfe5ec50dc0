// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "hal/process/runner.hpp"
#include "host/local_keys.hpp"
#include "host/login_log.hpp"
#include "host/ssh_config.hpp"

namespace latchkey::host {

/// A login for real: what proves that all the rest was worth it.
struct Login {
  std::string host;  ///< as the person called it
  std::string account;
  std::uint16_t port = 22;  ///< ssh's
  std::string config_file;  ///< ssh's -F; may be empty
  SshConfig config;         ///< what ssh -G said
  LocalKey key;
  std::vector<ssh::PublicKey> host_keys;  ///< what the pairing proved
  bool interactive = false;
};

/// Runs the system's ssh as the person would, with this key alone, and reads in its log which
/// key sshd accepted: a live ControlMaster or a configured IdentityFile fools a plain login.
/// Where another key came first, it is tried once more without ssh's configuration. Blocks at
/// most 25 s for each try (the first one 50 s with a key on a security key), but for as long as it
/// takes where a passphrase or a touch is asked for. Reason::login_failed, with what stands in the
/// way; program_missing.
[[nodiscard]] Attempt<> check_login(const Login& login, process::Runner& runner);

/// The words for how a login ended other than well.
[[nodiscard]] Failure login_failure(const LoginLog& log, const Login& login);

}  // namespace latchkey::host
