// SPDX-License-Identifier: MIT
#include "core/crypto/hash.hpp"

#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>

namespace latchkey::crypto {
namespace {

template <std::size_t Size>
Result<std::array<std::uint8_t, Size>> digest(mbedtls_md_type_t type, ByteView data) {
  std::array<std::uint8_t, Size> out{};
  if (mbedtls_md(mbedtls_md_info_from_type(type), data.data(), data.size(), out.data()) != 0) {
    return fail(Errc::crypto, "hashing");
  }
  return out;
}

template <std::size_t Size>
Result<std::array<std::uint8_t, Size>> hmac(mbedtls_md_type_t type, ByteView key, ByteView data) {
  std::array<std::uint8_t, Size> out{};
  if (mbedtls_md_hmac(mbedtls_md_info_from_type(type), key.data(), key.size(), data.data(),
                      data.size(), out.data()) != 0) {
    return fail(Errc::crypto, "computing an HMAC");
  }
  return out;
}

}  // namespace

Result<Sha256> sha256(ByteView data) { return digest<32>(MBEDTLS_MD_SHA256, data); }
Result<Sha512> sha512(ByteView data) { return digest<64>(MBEDTLS_MD_SHA512, data); }

Result<Sha1> hmac_sha1(ByteView key, ByteView data) { return hmac<20>(MBEDTLS_MD_SHA1, key, data); }

Result<Sha256> hmac_sha256(ByteView key, ByteView data) {
  return hmac<32>(MBEDTLS_MD_SHA256, key, data);
}

Result<void> hkdf_sha256(ByteView salt, ByteView key, ByteView info,
                         std::span<std::uint8_t> output) {
  if (mbedtls_hkdf(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), salt.data(), salt.size(),
                   key.data(), key.size(), info.data(), info.size(), output.data(),
                   output.size()) != 0) {
    return fail(Errc::crypto, "deriving a key");
  }
  return {};
}

}  // namespace latchkey::crypto
