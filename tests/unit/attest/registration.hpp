// SPDX-License-Identifier: MIT
#pragma once

#include "core/attest/judgement.hpp"
#include "tests/unit/attest/maker.hpp"

namespace latchkey::attest::test {

/// A security key's answer to a registration, byte by byte from the specifications, with a knob
/// for whatever a forger may turn.
struct Registration {
  std::string application = "ssh:";
  std::string hashed_application = application;  ///< what the rpIdHash is of
  Bytes challenge = Bytes(32, 0x5a);
  std::uint8_t flags = 0x41;  ///< user present, attested credential data
  std::uint32_t counter = 7;
  Bytes aaguid = Bytes(16, 0xa1);
  Bytes credential_id = Bytes(64, 0xc3);
  Key key = Key::ec();
  bool ed25519 = false;
  Bytes extensions = {};  ///< CBOR, behind the key

  [[nodiscard]] Bytes cose_key() const;
  [[nodiscard]] Bytes authenticator_data() const;
  [[nodiscard]] ssh::PublicKey ssh_key() const;
  /// What packed and fido-u2f sign.
  [[nodiscard]] Bytes packed_message() const;
  [[nodiscard]] Bytes u2f_message() const;

  [[nodiscard]] Attestation packed(const Certified& leaf, std::vector<Bytes> above = {},
                                   const char* hash = "SHA256") const;
  [[nodiscard]] Attestation u2f(const Certified& leaf) const;
  [[nodiscard]] Attestation self() const;
};

[[nodiscard]] Bytes sha256(ByteView bytes);
[[nodiscard]] Bytes text(std::string_view text);
void append(Bytes& out, ByteView more);

/// A root, and what the tests judge with.
struct World {
  Certified root = self_signed(authority("Test Root"));
  CertificateStore roots = store({root.der});
  CertificateStore intermediates;
  std::optional<WallTime> now = kNow;

  [[nodiscard]] static CertificateStore store(const std::vector<Bytes>& ders);
  [[nodiscard]] Judgement judge(const Attestation& attestation,
                                const Registration& registration) const;
};

}  // namespace latchkey::attest::test
