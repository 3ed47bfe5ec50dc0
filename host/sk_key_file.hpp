// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "core/attest/record.hpp"
#include "core/ssh/openssh_key.hpp"
#include "host/context.hpp"
#include "host/local_keys.hpp"

/// SSH keys on a security key: their files here.
namespace latchkey::host {

/// What is to be saved, and where.
struct SkKeyFile {
  ssh::SkPrivateKey key;                 ///< with its comment
  std::string file;                      ///< the private file; ".pub" beside it
  bool passphrase = false;               ///< ssh-keygen asks for one on the terminal
  std::optional<attest::Record> record;  ///< kept beside it, with its challenge (not empty)
  std::string attestation_file;          ///< for `record`; empty: FILE.attestation
};

/// Before a key is made: Reason::key_exists when one of the files that it is going to have is
/// there, whatever it is; names the option that gives it another name. `attestation`: one is going
/// to be kept, in this file (empty: FILE.attestation).
[[nodiscard]] Attempt<> check_free(const std::string& file,
                                   const std::optional<std::string>& attestation = {});

/// `file`, or with _2, _3 … behind it: the first that is free with all that may lie beside it.
[[nodiscard]] std::string free_key_file(const std::string& file);

/// Writes the private file (0600), its public half (0644) and what is kept of the attestation. All
/// of them appear whole and together, never over an existing file; or none does. Where ssh-keygen
/// is not given a passphrase the file is saved without one, and that is said: the key exists by
/// now. Blocks while ssh-keygen asks. Reason::key_exists, local_file, internal; Failure::next tells
/// of a resident one how to get it back.
[[nodiscard]] Attempt<LocalKey> save_sk_key(const SkKeyFile& wanted, const Context& context);

}  // namespace latchkey::host
