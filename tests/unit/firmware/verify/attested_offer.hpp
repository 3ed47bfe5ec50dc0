// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/attest/record.hpp"
#include "firmware/roles/verify_messages.hpp"
#include "tests/unit/attest/registration.hpp"
#include "tests/unit/firmware/verify/key_maker.hpp"
#include "tests/unit/temp_folder.hpp"

namespace latchkey::testing {

/// An offer of a security key with whatever attestation a test gives it, and a Pi that trusts one
/// root: its folders are real ones. At first the clock is kept, and the registration is over the
/// window's own challenge.
class AttestedOffer {
 public:
  AttestedOffer();

  /// Puts the attestation into the question, as of this window unless `challenge` is named.
  void attest(const attest::Attestation& attestation, Bytes challenge = {});
  /// Bytes that need not be a record.
  void attest_with(ByteView bytes);
  /// A registration over another challenge than this window's, 32 bytes.
  void make_older();
  /// Signs the statement of the question as it is now, with the registration's key.
  void sign(std::uint8_t flags = kUserPresent);

  /// By check_proof in this process.
  [[nodiscard]] roles::KeyVerdict judge() const;
  /// By the real latchkey-verify.
  [[nodiscard]] roles::KeyVerdict judge_by_program(const AskHow& how = {}) const;

  void put_root(const std::string& name, std::string_view text) const;
  void put_intermediate(const std::string& name, std::string_view text) const;

  test::TempFolder folder;
  attest::test::Registration registration;
  attest::test::Certified root;
  attest::test::Certified leaf;  ///< of that root
  roles::ProofQuestion question;

 private:
  KeyMaker maker_;
};

}  // namespace latchkey::testing
