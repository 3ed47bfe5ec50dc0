// SPDX-License-Identifier: MIT
#pragma once

#include "firmware/roles/verify_messages.hpp"
#include "hal/process/runner.hpp"

namespace latchkey::verify {

/// Whether the sender of an offer owns the key in it: the key is sound (check_blob), the SSHSIG
/// is of this very key, made for this purpose, and holds over the enrolment statement; and a
/// security key was touched for it, and verified its user where that is required. `ssh-keygen -Y
/// verify` accepts signatures made without a touch: the flags are read here. Blocks while
/// `runner` runs ssh-keygen.
[[nodiscard]] roles::KeyVerdict check_proof(process::Runner& runner,
                                            const roles::ProofQuestion& question);

}  // namespace latchkey::verify
