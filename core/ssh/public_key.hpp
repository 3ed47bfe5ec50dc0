// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

/// Public keys as SSH sends them: RFC 4253 section 6.6, RFC 5656, RFC 8709, and OpenSSH's
/// PROTOCOL.u2f for security keys.
namespace latchkey::ssh {

enum class KeyType {
  rsa,
  dsa,
  ecdsa_p256,
  ecdsa_p384,
  ecdsa_p521,
  ed25519,
  sk_ecdsa_p256,
  sk_ed25519,
  certificate,  ///< any name that ends in -cert-v01@openssh.com; only the name is read
  unknown,      ///< any other name; only the name is read
};

inline constexpr std::size_t kMaxBlob = 16UL * 1024;
inline constexpr std::size_t kMaxApplication = 255;

/// "ssh-ed25519" gives KeyType::ed25519.
[[nodiscard]] KeyType key_type(std::string_view name) noexcept;
/// Both sk- types: the private half is in a security key.
[[nodiscard]] bool is_security_key(KeyType type) noexcept;

/// One well-formed public key. A value: copies compare equal, and two keys are the same key
/// exactly when their blobs are the same bytes.
class PublicKey final {
 public:
  /// Reads a key blob, exactly: known type name, right lengths, numbers positive and in their
  /// shortest form, points on their curve, application of 1 to kMaxApplication printable
  /// ASCII characters, nothing behind. Of certificates and unknown types only the name is
  /// read: they are carried, and check_strength refuses them. Weak keys parse too.
  /// Errors: Errc::too_large (above kMaxBlob), truncated, trailing_bytes, malformed.
  [[nodiscard]] static Result<PublicKey> parse(ByteView blob);

  /// From what a security key returned: 32 bytes, or the 65 bytes of an uncompressed point.
  [[nodiscard]] static Result<PublicKey> make_sk_ed25519(ByteView key,
                                                         std::string_view application);
  [[nodiscard]] static Result<PublicKey> make_sk_ecdsa_p256(ByteView point,
                                                            std::string_view application);

  [[nodiscard]] KeyType type() const noexcept { return type_; }
  [[nodiscard]] const std::string& type_name() const noexcept { return type_name_; }
  [[nodiscard]] const Bytes& blob() const noexcept { return blob_; }
  /// As ssh-keygen -l counts; 0 for certificates and unknown types.
  [[nodiscard]] unsigned bits() const noexcept { return bits_; }
  /// Security keys only, else empty.
  [[nodiscard]] const std::string& application() const noexcept { return application_; }
  /// The 32 bytes of an Ed25519 key, the uncompressed point of an ECDSA key (sk- or not),
  /// else empty. Points into this object.
  [[nodiscard]] ByteView point() const noexcept;

  friend bool operator==(const PublicKey& left, const PublicKey& right) noexcept {
    return left.blob_ == right.blob_;
  }

 private:
  PublicKey() = default;

  Bytes blob_;
  std::string type_name_;
  std::string application_;
  KeyType type_ = KeyType::unknown;
  unsigned bits_ = 0;
  std::size_t point_offset_ = 0;
  std::size_t point_size_ = 0;
};

/// Whether a key may be enrolled anywhere at all. DSA, RSA below 2048 or above 16384 bits:
/// Errc::refused; certificates and unknown types: Errc::unsupported; each with its sentence.
[[nodiscard]] Result<void> check_strength(const PublicKey& key);

}  // namespace latchkey::ssh
