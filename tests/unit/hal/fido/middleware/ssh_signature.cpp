// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/middleware/ssh_signature.hpp"

#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include <array>
#include <memory>

namespace latchkey::test {
using namespace fido::sim;

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using PublicKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

void append_hash(Bytes& message, const std::string& text) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash{};
  const auto bytes = as_bytes(text);
  SHA256(bytes.data(), bytes.size(), hash.data());
  message.insert(message.end(), hash.begin(), hash.end());
}

PublicKey ed25519(const Bytes& key) {
  return PublicKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
}

PublicKey ecdsa(Bytes point) {
  std::string curve = "prime256v1";
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  auto mutable_parameters = parameters;
  REQUIRE(EVP_PKEY_fromdata_init(context.get()) == 1);
  REQUIRE(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, mutable_parameters.data()) ==
          1);
  return PublicKey(key);
}

Bytes der(const Signed& made) {
  const std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>> signature(ECDSA_SIG_new());
  auto* r = BN_bin2bn(made.r.data(), static_cast<int>(made.r.size()), nullptr);
  auto* s = BN_bin2bn(made.s.data(), static_cast<int>(made.s.size()), nullptr);
  REQUIRE(ECDSA_SIG_set0(signature.get(), r, s) == 1);
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &encoded);
  REQUIRE(size > 0);
  Bytes bytes(encoded, encoded + size);
  OPENSSL_free(encoded);
  return bytes;
}

}  // namespace

bool verifies(const Signed& made, const SignCall& call, const Enrolled& key) {
  Bytes message;
  append_hash(message, call.application);
  message.push_back(made.flags);
  for (const int shift : {24, 16, 8, 0}) {
    message.push_back(static_cast<std::uint8_t>(made.counter >> shift));
  }
  append_hash(message, call.data);
  const bool is_ecdsa = call.algorithm == SkAlgorithm::ecdsa;
  const auto parsed = is_ecdsa ? ecdsa(key.public_key) : ed25519(key.public_key);
  REQUIRE(parsed != nullptr);
  const Bytes signature = is_ecdsa ? der(made) : made.r;
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  REQUIRE(EVP_DigestVerifyInit(context.get(), nullptr, is_ecdsa ? EVP_sha256() : nullptr, nullptr,
                               parsed.get()) == 1);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace latchkey::test
