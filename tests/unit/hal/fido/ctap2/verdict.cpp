// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/ctap2/verdict.hpp"

#include <doctest/doctest.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>

#include <memory>

namespace latchkey::fido::sim::test {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    kFree(&pointer);
  }
};
using Cred = std::unique_ptr<fido_cred_t, Free<fido_cred_free>>;
using Assertion = std::unique_ptr<fido_assert_t, Free<fido_assert_free>>;
using Es256 = std::unique_ptr<es256_pk_t, Free<es256_pk_free>>;
using Eddsa = std::unique_ptr<eddsa_pk_t, Free<eddsa_pk_free>>;

int algorithm_of(const Bytes& made) {
  return static_cast<int>(data_of(made).key->find(3)->number().value());
}

/// The credential as libfido2 reads it; null where it does not.
Cred read_credential(const Bytes& answer, int protection) {
  const auto body = body_of(answer);
  const auto hash = client_data_hash();
  const auto& statement = *body.find(3);
  const auto& data = *body.find(2)->bytes();
  const auto* signature = statement.find("sig");
  const auto* chain = statement.find("x5c");

  Cred cred(fido_cred_new());
  bool taken = fido_cred_set_type(cred.get(), algorithm_of(answer)) == FIDO_OK &&
               fido_cred_set_clientdata_hash(cred.get(), hash.data(), hash.size()) == FIDO_OK &&
               fido_cred_set_rp(cred.get(), kRpId, nullptr) == FIDO_OK &&
               fido_cred_set_fmt(cred.get(), body.find(1)->text()->c_str()) == FIDO_OK;
  if (protection != 0) {
    taken = taken && fido_cred_set_prot(cred.get(), protection) == FIDO_OK;
  }
  taken = taken && fido_cred_set_authdata_raw(cred.get(), data.data(), data.size()) == FIDO_OK;
  if (signature != nullptr) {
    const auto& bytes = *signature->bytes();
    taken = taken && fido_cred_set_sig(cred.get(), bytes.data(), bytes.size()) == FIDO_OK;
  }
  if (chain != nullptr) {
    const auto& leaf = *chain->array()->front().bytes();
    taken = taken && fido_cred_set_x509(cred.get(), leaf.data(), leaf.size()) == FIDO_OK;
  }
  return taken ? std::move(cred) : nullptr;
}

}  // namespace

int verify_credential(const Bytes& answer, int protection) {
  const auto cred = read_credential(answer, protection);
  if (!cred) return FIDO_ERR_INVALID_ARGUMENT;
  return fido_cred_x5c_ptr(cred.get()) != nullptr ? fido_cred_verify(cred.get())
                                                  : fido_cred_verify_self(cred.get());
}

int verify_assertion(const Bytes& made, const Bytes& answer, Expected expected) {
  const auto body = body_of(answer);
  const auto hash = client_data_hash();
  const auto& data = *body.find(2)->bytes();
  const auto& signature = *body.find(3)->bytes();

  Assertion assertion(fido_assert_new());
  REQUIRE(fido_assert_set_count(assertion.get(), 1) == FIDO_OK);
  REQUIRE(fido_assert_set_rp(assertion.get(), kRpId) == FIDO_OK);
  REQUIRE(fido_assert_set_clientdata_hash(assertion.get(), hash.data(), hash.size()) == FIDO_OK);
  REQUIRE(fido_assert_set_up(assertion.get(),
                             expected.user_present ? FIDO_OPT_TRUE : FIDO_OPT_FALSE) == FIDO_OK);
  REQUIRE(fido_assert_set_uv(assertion.get(),
                             expected.user_verified ? FIDO_OPT_TRUE : FIDO_OPT_FALSE) == FIDO_OK);
  if (fido_assert_set_authdata_raw(assertion.get(), 0, data.data(), data.size()) != FIDO_OK ||
      fido_assert_set_sig(assertion.get(), 0, signature.data(), signature.size()) != FIDO_OK) {
    return FIDO_ERR_INVALID_ARGUMENT;
  }
  const auto key = data_of(made).key.value();
  auto point = *key.find(-2)->bytes();
  if (algorithm_of(made) == COSE_EDDSA) {
    const Eddsa eddsa(eddsa_pk_new());
    REQUIRE(eddsa_pk_from_ptr(eddsa.get(), point.data(), point.size()) == FIDO_OK);
    return fido_assert_verify(assertion.get(), 0, COSE_EDDSA, eddsa.get());
  }
  const auto& y = *key.find(-3)->bytes();
  point.insert(point.end(), y.begin(), y.end());
  const Es256 es256(es256_pk_new());
  REQUIRE(es256_pk_from_ptr(es256.get(), point.data(), point.size()) == FIDO_OK);
  return fido_assert_verify(assertion.get(), 0, COSE_ES256, es256.get());
}

}  // namespace latchkey::fido::sim::test
