// SPDX-License-Identifier: MIT
#include "hal/fido/sim/crypto/evp_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "core/crypto/ec_point.hpp"

namespace latchkey::fido::sim {
namespace {

using Number = Handle<BIGNUM, BN_clear_free>;
using Context = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Builder = Handle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Handle<OSSL_PARAM, OSSL_PARAM_free>;

/// `scalar` empty: the public key alone.
Result<EvpKey> make_p256(ByteView point, ByteView scalar) {
  const Number number{scalar.empty() ? nullptr : BN_secure_new()};
  const Builder builder{OSSL_PARAM_BLD_new()};
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
          1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return crypto_failed("describing a P-256 key");
  }
  if (!scalar.empty() &&
      (!number ||
       BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), number.get()) == nullptr ||
       OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) != 1)) {
    return crypto_failed("describing a P-256 key");
  }
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const Context context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key,
                        scalar.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR,
                        parameters.get()) != 1) {
    return crypto_failed("making a P-256 key");
  }
  return EvpKey{key};
}

}  // namespace

tl::unexpected<Error> crypto_failed(std::string doing) {
  ERR_clear_error();
  return fail(Errc::crypto, std::move(doing));
}

void free_evp_key(evp_pkey_st* key) noexcept { EVP_PKEY_free(key); }

Result<EvpKey> evp_private_key(const SigningKey& key) {
  if (key.kind() == SigningKey::Kind::p256) return make_p256(key.public_key(), key.seed());
  EvpKey made{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed().data(),
                                           key.seed().size())};
  if (!made) return crypto_failed("making an Ed25519 key");
  return made;
}

Result<EvpKey> evp_public_key(ByteView point) {
  if (auto on_curve = crypto::check_ec_point(crypto::Curve::p256, point); !on_curve) {
    return fail(std::move(on_curve));
  }
  return make_p256(point, {});
}

}  // namespace latchkey::fido::sim
