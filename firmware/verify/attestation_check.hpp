// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/attest/judgement.hpp"
#include "firmware/roles/verify_messages.hpp"

namespace latchkey::verify {

/// What an offer's attestation is worth here.
struct AttestationCheck {
  attest::Judgement judgement;  ///< grade none where the offer has no attestation
  /// Made over the challenge of this very enrolment: whoever made it holds the key now. One over an
  /// older challenge tells of the hardware, and nothing of who sends it.
  bool fresh = false;
  Bytes kept;           ///< the record with its challenge; empty: none could be read
  std::string trouble;  ///< what of the trusted folders could not be read; empty: nothing

  /// The attestation alone shows who owns the key.
  [[nodiscard]] bool proves_possession() const noexcept {
    return fresh && judgement.grade == attest::Grade::hardware;
  }
};

/// Judges the question's attestation, of `key`, the question's own, against the roots and
/// intermediates in its folders, which are read only where there is an attestation. A record that
/// cannot be read is of the grade invalid. `statement` is the enrolment's
/// (core/channel/statement.hpp).
[[nodiscard]] AttestationCheck check_attestation(const roles::ProofQuestion& question,
                                                 const ssh::PublicKey& key, ByteView statement);

}  // namespace latchkey::verify
