// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/process/runner.hpp"
#include "host/failure.hpp"
#include "host/key_file.hpp"

namespace latchkey::host {

struct NewKey {
  std::string file;        ///< the private file; ".pub" beside it
  std::string comment;     ///< empty: ssh-keygen's own, user@host
  bool passphrase = true;  ///< ssh-keygen asks for one on the terminal; false: none
};

/// Makes an ssh-ed25519 key with ssh-keygen, never over an existing file of either half. Blocks
/// while ssh-keygen asks. Reason::key_exists, Reason::program_missing, Reason::local_file.
[[nodiscard]] Attempt<KeyFile> make_software_key(const NewKey& wanted, process::Runner& runner);

}  // namespace latchkey::host
