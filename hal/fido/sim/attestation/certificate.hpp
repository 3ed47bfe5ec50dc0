// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/crypto/random.hpp"
#include "core/time.hpp"
#include "hal/fido/sim/crypto/signing_key.hpp"

namespace latchkey::fido::sim {

/// What an X.509 certificate says (RFC 5280) besides names of keys.
struct Certificate {
  struct Extension {
    std::string oid;  ///< "1.3.6.1.4.1.45724.1.1.4"
    bool critical = false;
    Bytes value;  ///< DER, what the extension's own OCTET STRING holds
  };

  std::string common_name;          ///< at most 64 characters
  std::string organizational_unit;  ///< empty: none
  WallTime not_before{};
  WallTime not_after{};
  int version = 3;  ///< 1: none of the extensions, those of the keys included
  std::string basic_constraints = "critical,CA:FALSE";  ///< as in an openssl.cnf
  std::string key_usage = "critical,digitalSignature";
  std::vector<Extension> extensions;
};

/// Who signs: a certificate's DER and its key.
struct Issuer {
  const SigningKey& key;
  ByteView certificate;  ///< empty: the new certificate signs itself
};

/// A certificate for the public half of `subject`, in DER, signed with ECDSA and SHA-256, with a
/// serial number from `random`. Errc::entropy, Errc::crypto.
[[nodiscard]] Result<Bytes> issue(const Certificate& certificate, const SigningKey& subject,
                                  const Issuer& issuer, crypto::Random& random);

/// The value of an extension as Certificate::Extension has it. nullopt: it is not there, or `der`
/// is no certificate.
[[nodiscard]] std::optional<Bytes> extension_of(ByteView der, const std::string& oid);

}  // namespace latchkey::fido::sim
