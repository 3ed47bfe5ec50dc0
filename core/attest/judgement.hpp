// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "core/attest/aaguid.hpp"
#include "core/attest/attestation.hpp"
#include "core/attest/sk_attest_file.hpp"
#include "core/attest/trust.hpp"
#include "core/ssh/public_key.hpp"

namespace latchkey::attest {

/// How much an attestation is worth. Only `hardware` proves anything.
enum class Grade : std::uint8_t {
  hardware,      ///< signed over this challenge, by a leaf that chains to a trusted root
  unknown_root,  ///< well made, but no trusted root at its end
  self,          ///< signed by the credential itself; EdDSA is taken at its word
  none,          ///< no statement
  invalid,       ///< broken: forged, damaged, expired, another key's, another challenge's
};

/// What was found out, for policy, log and people. What lower grades say beyond `grade` and `why`
/// is a claim that nobody vouches for.
struct Judgement {
  Grade grade = Grade::none;
  std::string why;               ///< one sentence; empty for hardware
  std::string root;              ///< common name of the root it chains to; hardware alone
  std::string model;             ///< common name of the leaf: "Yubico U2F EE Serial 239257348"
  std::optional<Aaguid> aaguid;  ///< only where it is signed: never for fido-u2f
  bool user_present = false;     ///< as signed; fido-u2f: true, no registration is without a touch
  bool user_verified = false;    ///< as signed; fido-u2f: false
};

/// All that an attestation is held against.
struct Evidence {
  const Attestation& attestation;
  ByteView challenge;         ///< the Pi's own, fresh; clientDataHash is its SHA-256
  const ssh::PublicKey& key;  ///< the key that is offered, of a sk- type
};

/// Goes through the whole list of docs/reference/attestation.md, in its order. `now` is nullopt
/// where the clock is not synchronised: dates do not count then.
[[nodiscard]] Judgement judge(const Evidence& evidence, const CertificateStore& roots,
                              const CertificateStore& intermediates, std::optional<WallTime> now);

/// The same for OpenSSH's file, which does not say its format: as packed, and where that is
/// invalid as fido-u2f. One signature never fits both.
[[nodiscard]] Judgement judge_file(const SkAttestFile& file, ByteView challenge,
                                   const ssh::PublicKey& key, const CertificateStore& roots,
                                   const CertificateStore& intermediates,
                                   std::optional<WallTime> now);

}  // namespace latchkey::attest
