// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/ctap2/platform.hpp"

#include <doctest/doctest.h>
#include <mbedtls/aes.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>

#include <array>

namespace latchkey::fido::sim::test {
namespace {

int fill(void* random, unsigned char* output, std::size_t size) {
  return static_cast<crypto::Random*>(random)->fill({output, size}) ? 0 : -1;
}

Bytes sha256(ByteView data) {
  Bytes hash(32);
  REQUIRE(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), data.data(), data.size(),
                     hash.data()) == 0);
  return hash;
}

Bytes hkdf(ByteView key, std::string_view info) {
  const std::array<unsigned char, 32> salt{};
  Bytes output(32);
  REQUIRE(mbedtls_hkdf(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), salt.data(), salt.size(),
                       key.data(), key.size(), as_bytes(info).data(), info.size(), output.data(),
                       output.size()) == 0);
  return output;
}

Bytes hmac(ByteView key, ByteView message) {
  Bytes mac(32);
  REQUIRE(mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key.data(), key.size(),
                          message.data(), message.size(), mac.data()) == 0);
  return mac;
}

Bytes aes_cbc(ByteView key, Bytes iv, ByteView input, int mode) {
  Bytes output(input.size());
  mbedtls_aes_context aes;
  mbedtls_aes_init(&aes);
  const int set = mode == MBEDTLS_AES_ENCRYPT ? mbedtls_aes_setkey_enc(&aes, key.data(), 256)
                                              : mbedtls_aes_setkey_dec(&aes, key.data(), 256);
  REQUIRE(set == 0);
  REQUIRE(mbedtls_aes_crypt_cbc(&aes, mode, input.size(), iv.data(), input.data(), output.data()) ==
          0);
  mbedtls_aes_free(&aes);
  return output;
}

/// The COSE_Key of a new key pair, and the X coordinate of the shared point.
std::pair<Value, Bytes> agree(const Value& peer, crypto::Random& random) {
  mbedtls_ecp_group group;
  mbedtls_mpi own, shared;
  mbedtls_ecp_point own_point, peer_point;
  mbedtls_ecp_group_init(&group);
  mbedtls_mpi_init(&own);
  mbedtls_mpi_init(&shared);
  mbedtls_ecp_point_init(&own_point);
  mbedtls_ecp_point_init(&peer_point);
  REQUIRE(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1) == 0);
  REQUIRE(mbedtls_ecp_gen_keypair(&group, &own, &own_point, fill, &random) == 0);
  const auto point = join(join(Bytes{4}, *peer.find(-2)->bytes()), *peer.find(-3)->bytes());
  REQUIRE(mbedtls_ecp_point_read_binary(&group, &peer_point, point.data(), point.size()) == 0);
  REQUIRE(mbedtls_ecdh_compute_shared(&group, &shared, &peer_point, &own, fill, &random) == 0);
  Bytes z(32), encoded(65);
  std::size_t size = 0;
  REQUIRE(mbedtls_mpi_write_binary(&shared, z.data(), z.size()) == 0);
  REQUIRE(mbedtls_ecp_point_write_binary(&group, &own_point, MBEDTLS_ECP_PF_UNCOMPRESSED, &size,
                                         encoded.data(), encoded.size()) == 0);
  mbedtls_ecp_point_free(&peer_point);
  mbedtls_ecp_point_free(&own_point);
  mbedtls_mpi_free(&shared);
  mbedtls_mpi_free(&own);
  mbedtls_ecp_group_free(&group);
  const ByteView x(encoded.data() + 1, 32);
  const ByteView y(encoded.data() + 33, 32);
  return {Value::Map{{1, 2}, {3, -25}, {-1, 1}, {-2, x}, {-3, y}}, z};
}

}  // namespace

Platform::Platform(int protocol, const Value& key_agreement, crypto::Random& random)
    : protocol_(protocol) {
  const auto [public_key, z] = agree(key_agreement, random);
  public_key_ = public_key;
  mac_key_ = protocol == 1 ? sha256(z) : hkdf(z, "CTAP2 HMAC key");
  aes_key_ = protocol == 1 ? sha256(z) : hkdf(z, "CTAP2 AES key");
}

Bytes Platform::encrypt(ByteView plain) const {
  if (protocol_ == 1) return aes_cbc(aes_key_, Bytes(16), plain, MBEDTLS_AES_ENCRYPT);
  const Bytes iv(16, 0x5A);
  return join(iv, aes_cbc(aes_key_, iv, plain, MBEDTLS_AES_ENCRYPT));
}

Bytes Platform::decrypt(ByteView sealed) const {
  if (protocol_ == 1) return aes_cbc(aes_key_, Bytes(16), sealed, MBEDTLS_AES_DECRYPT);
  return aes_cbc(aes_key_, to_bytes(sealed.first(16)), sealed.subspan(16), MBEDTLS_AES_DECRYPT);
}

Bytes Platform::authenticate(ByteView message) const {
  return pin_uv_auth_param(protocol_, mac_key_, message);
}

Bytes Platform::new_pin(const std::string& pin) const {
  auto padded = to_bytes(as_bytes(pin));
  padded.resize(64);
  return encrypt(padded);
}

Bytes Platform::pin_hash(const std::string& pin) const {
  auto hash = sha256(as_bytes(pin));
  hash.resize(16);
  return encrypt(hash);
}

Bytes pin_uv_auth_param(int protocol, ByteView token, ByteView message) {
  auto mac = hmac(token, message);
  if (protocol == 1) mac.resize(16);
  return mac;
}

Bytes join(ByteView left, ByteView right) {
  auto joined = to_bytes(left);
  joined.insert(joined.end(), right.begin(), right.end());
  return joined;
}

}  // namespace latchkey::fido::sim::test
