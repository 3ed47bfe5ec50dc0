// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/crypto/random.hpp"
#include "core/ssh/public_key.hpp"

/// Private key files of OpenSSH ("openssh-key-v1", PROTOCOL.key).
namespace latchkey::ssh {

/// What a private file tells everybody, encrypted or not.
struct PrivateFileInfo {
  PublicKey public_key;
  std::string cipher;  ///< "none", "aes256-ctr", …
  std::string kdf;     ///< "none", "bcrypt"

  [[nodiscard]] bool is_encrypted() const noexcept { return cipher != "none"; }
};

/// Reads the public half of a private file; the private half is stepped over, never decoded
/// into anything. Older formats (PKCS #1, PKCS #8, SEC 1): Errc::unsupported, naming the way out.
[[nodiscard]] Result<PrivateFileInfo> read_private_file(std::string_view text);

/// Flags of a security key file (OpenSSH sk-api.h).
namespace sk_flag {
inline constexpr std::uint8_t kUserPresence = 0x01;
inline constexpr std::uint8_t kUserVerification = 0x04;
inline constexpr std::uint8_t kForceOperation = 0x10;
inline constexpr std::uint8_t kResident = 0x20;
}  // namespace sk_flag

inline constexpr std::size_t kMaxKeyHandle = 4096;

/// What an sk- private file holds (PROTOCOL.u2f). None of it is secret: the key handle is
/// useless without the security key.
struct SkPrivateKey {
  PublicKey public_key;  ///< of a sk- type
  std::uint8_t flags = sk_flag::kUserPresence;
  Bytes key_handle;  ///< 1 to kMaxKeyHandle bytes
  std::string comment;
};

/// The same back from an unencrypted private file, exactly: both checks agree, the public half is
/// that of the file, and the padding is what OpenSSH pads with. The comment is as it stands there.
/// Errc::refused for one with a passphrase; unsupported for a key without a security key; else as
/// read_private_file().
[[nodiscard]] Result<SkPrivateKey> read_sk_private_file(std::string_view text);

/// An unencrypted private file, as ssh-keygen writes it. Errc::unsupported when the key is not
/// a security key's, Errc::malformed for a handle out of bounds, Errc::entropy.
[[nodiscard]] Result<std::string> write_sk_private_file(const SkPrivateKey& key,
                                                        crypto::Random& random);

}  // namespace latchkey::ssh
