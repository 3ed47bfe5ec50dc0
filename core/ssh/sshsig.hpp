// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ssh/public_key.hpp"

/// Signatures over messages (OpenSSH PROTOCOL.sshsig). Nothing here makes or verifies one.
namespace latchkey::ssh {

/// What a security key adds to a signature (PROTOCOL.u2f).
struct SkAssertion {
  std::uint8_t flags = 0;
  std::uint32_t counter = 0;
};

struct Sshsig {
  PublicKey public_key;
  std::string name_space;           ///< never empty
  std::string hash_algorithm;       ///< "sha256" or "sha512"
  std::string signature_algorithm;  ///< fits the key; RSA with SHA-1 is refused
  Bytes signature;                  ///< raw: what follows the algorithm name
  std::optional<SkAssertion> sk;    ///< there exactly when the key is a security key's

  /// Reads the binary form, exactly; the reserved field is skipped, as OpenSSH does. The
  /// signature has the shape that its algorithm gives it. DSA, certificates, unknown types and
  /// webauthn signatures: Errc::unsupported. Else malformed, truncated, trailing_bytes.
  [[nodiscard]] static Result<Sshsig> parse(ByteView blob);

  /// What the security key itself saw; false for other keys.
  [[nodiscard]] bool user_present() const noexcept;
  [[nodiscard]] bool user_verified() const noexcept;
};

/// "-----BEGIN SSH SIGNATURE-----" and so on, as ssh-keygen -Y sign writes it, and back.
[[nodiscard]] std::string armor(ByteView blob);
[[nodiscard]] Result<Bytes> dearmor(std::string_view text);

/// What is signed: the namespace, the hash algorithm ("sha256" or "sha512", else
/// Errc::unsupported), and the hash of the message.
[[nodiscard]] Result<Bytes> signed_data(std::string_view name_space,
                                        std::string_view hash_algorithm, ByteView message);

/// The hash of the signatures that compose_sk_signature() puts together: ssh-keygen's.
inline constexpr std::string_view kSkHashAlgorithm = "sha512";

/// The binary form of a security key's signature from the parts that the key gave, which it made
/// over signed_data(name_space, kSkHashAlgorithm, message). `signature`: 64 bytes for Ed25519, DER
/// for ECDSA. Not verified. Errc::unsupported (no key of a sk- type), malformed, truncated,
/// trailing_bytes, too_large (name_space).
[[nodiscard]] Result<Bytes> compose_sk_signature(const PublicKey& key, std::string_view name_space,
                                                 const SkAssertion& assertion, ByteView signature);

}  // namespace latchkey::ssh
