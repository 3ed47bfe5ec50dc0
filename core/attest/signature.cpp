// SPDX-License-Identifier: MIT
#include "core/attest/signature.hpp"

#include <mbedtls/md.h>
#include <mbedtls/x509_crt.h>

#include <array>

namespace latchkey::attest {
namespace {

constexpr auto kDoing = "checking the signature of an attestation";

/// What stands before the point in the DER of a P-256 public key (RFC 5480 section 2).
constexpr std::array<std::uint8_t, 26> kP256Prefix{
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

class PublicKey final {
 public:
  PublicKey() { mbedtls_pk_init(&key_); }
  ~PublicKey() { mbedtls_pk_free(&key_); }
  PublicKey(const PublicKey&) = delete;
  PublicKey& operator=(const PublicKey&) = delete;
  PublicKey(PublicKey&&) = delete;
  PublicKey& operator=(PublicKey&&) = delete;

  [[nodiscard]] mbedtls_pk_context* get() noexcept { return &key_; }

 private:
  mbedtls_pk_context key_{};
};

Result<void> verify(mbedtls_pk_context& key, mbedtls_md_type_t hash, ByteView message,
                    ByteView signature) {
  std::array<std::uint8_t, MBEDTLS_MD_MAX_SIZE> digest{};
  const auto* const info = mbedtls_md_info_from_type(hash);
  if (info == nullptr || mbedtls_md(info, message.data(), message.size(), digest.data()) != 0) {
    return fail(Errc::crypto, kDoing);
  }
  if (mbedtls_pk_verify(&key, hash, digest.data(), mbedtls_md_get_size(info), signature.data(),
                        signature.size()) != 0) {
    return fail(Errc::unauthenticated, kDoing);
  }
  return {};
}

mbedtls_md_type_t hash_for(CertificateKey key) noexcept {
  switch (key) {
    case CertificateKey::p256:
    case CertificateKey::rsa: return MBEDTLS_MD_SHA256;
    case CertificateKey::p384: return MBEDTLS_MD_SHA384;
    case CertificateKey::p521: return MBEDTLS_MD_SHA512;
    case CertificateKey::other: break;
  }
  return MBEDTLS_MD_NONE;
}

}  // namespace

Result<void> verify_signature(const Certificate& signer, ByteView message, ByteView signature) {
  const auto hash = hash_for(signer.key());
  if (hash == MBEDTLS_MD_NONE) return fail(Errc::unsupported, kDoing);
  return verify(signer.handle()->pk, hash, message, signature);
}

Result<void> verify_es256(ByteView point, ByteView message, ByteView signature) {
  Bytes der(kP256Prefix.begin(), kP256Prefix.end());
  der.insert(der.end(), point.begin(), point.end());
  PublicKey key;
  if (mbedtls_pk_parse_public_key(key.get(), der.data(), der.size()) != 0) {
    return fail(Errc::malformed, kDoing);
  }
  return verify(*key.get(), MBEDTLS_MD_SHA256, message, signature);
}

}  // namespace latchkey::attest
