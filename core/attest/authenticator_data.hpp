// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "core/attest/aaguid.hpp"
#include "core/crypto/hash.hpp"
#include "core/ssh/public_key.hpp"

namespace latchkey::attest {

/// Authenticator data with attested credential data (WebAuthn section 6.1), parsed exactly: nothing
/// behind, the flags and what is there agree. Extensions (credProtect, …) must be well-formed
/// CBOR and are passed over; bits that are reserved are not looked at.
struct AuthenticatorData {
  crypto::Sha256 rp_id_hash{};
  bool user_present = false;
  bool user_verified = false;
  std::uint32_t counter = 0;
  Aaguid aaguid{};
  Bytes credential_id;  ///< 1 to 1023 bytes
  ssh::PublicKey key;   ///< ES256 or EdDSA, with the application it was parsed for
};

/// `application` is "ssh:…"; its hash must be the rp_id_hash. Errc::too_large, malformed,
/// truncated, trailing_bytes, unsupported (another algorithm), refused (application does not start
/// with "ssh:", another relying party).
[[nodiscard]] Result<AuthenticatorData> parse_authenticator_data(ByteView bytes,
                                                                 std::string_view application);

}  // namespace latchkey::attest
