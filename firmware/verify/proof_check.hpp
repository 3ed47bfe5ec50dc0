// SPDX-License-Identifier: MIT
#pragma once

#include "firmware/roles/verify_messages.hpp"
#include "hal/process/runner.hpp"

namespace latchkey::verify {

/// Whether the sender of an offer owns the key in it, and what hardware holds it. The key is sound
/// (check_blob), and one of these proves it:
///  - an SSHSIG of this very key, made for this purpose, that holds over the enrolment statement.
///    One that is there and does not is a refusal, whatever the attestation says.
///  - an attestation over the question's own challenge that leads to a trusted root. One over an
///    older challenge never does: it may have been copied.
/// A security key was touched for the proof, and verified its user where that is required
/// (`ssh-keygen -Y verify` accepts signatures made without a touch: the flags are read here). An
/// attestation that is not valid is a refusal beside any proof. A security key that is not proved
/// is `added` with ProvedBy::nothing, and what its attestation is worth: the asker may want a
/// signature still. Blocks while `runner` runs ssh-keygen.
[[nodiscard]] roles::KeyVerdict check_proof(process::Runner& runner,
                                            const roles::ProofQuestion& question);

}  // namespace latchkey::verify
