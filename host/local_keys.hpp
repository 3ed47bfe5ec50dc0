// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/ssh/public_key.hpp"
#include "hal/process/runner.hpp"
#include "host/failure.hpp"
#include "host/home.hpp"

namespace latchkey::host {

/// A key that this computer can sign with, perhaps after asking for a passphrase or a touch.
struct LocalKey {
  ssh::PublicKey key;
  std::string fingerprint;  ///< SHA256:…
  std::string comment;      ///< sanitised
  std::string file;         ///< the private file; empty: in the agent only
  bool encrypted = false;   ///< the file has a passphrase
  bool in_agent = false;
  /// Its security key is not plugged in, as far as look_for_security_keys() can tell.
  bool away{};

  [[nodiscard]] bool on_security_key() const noexcept { return is_security_key(key.type()); }
  /// Signing asks somebody something: a passphrase, a touch.
  [[nodiscard]] bool asks() const noexcept { return on_security_key() || (encrypted && !in_agent); }
  /// What a person calls it: the file, else the comment and "(agent)".
  [[nodiscard]] std::string label(const Home& home) const;
};

/// A file that looks like a key and cannot be used, and why.
struct UnusableFile {
  std::string file;
  std::string why;  ///< a clause, with what mends it
};

struct LocalKeys {
  std::vector<LocalKey> keys;  ///< the agent's first, in its order, then files by name
  std::vector<UnusableFile> unusable;
  bool agent_answers = false;

  /// Looks into the agent behind `agent_socket` (empty: none), all of ~/.ssh, and the files in
  /// `identity_files`. One key that is in several places is there once. Blocks for ssh-add.
  [[nodiscard]] static LocalKeys find(const Home& home,
                                      const std::vector<std::string>& identity_files,
                                      const std::string& agent_socket, process::Runner& runner);

  /// The key of a file that a person named, private or public half. Reason::no_such_file,
  /// Reason::bad_key_file.
  [[nodiscard]] Attempt<LocalKey> of_file(const std::string& file) const;

  /// What enrolment would take, best first: the agent's before files; within them ed25519
  /// before the others. Keys that may be enrolled nowhere (weak, certificates) are left out.
  [[nodiscard]] std::vector<LocalKey> ranked() const;
};

/// SSH_AUTH_SOCK for a program that shall talk to this agent.
[[nodiscard]] std::string agent_variable(const std::string& socket);

}  // namespace latchkey::host
