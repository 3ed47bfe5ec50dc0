// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/libfido2/requests.hpp"

#include <doctest/doctest.h>
#include <fido/eddsa.h>
#include <fido/es256.h>

#include <array>
#include <string_view>

namespace latchkey::test {
using namespace fido;

namespace {

constexpr std::array<unsigned char, 5> kChallenge{'l', 'a', 't', 'c', 'h'};

using Es256 = FidoHandle<es256_pk_t, es256_pk_free>;
using EdDsa = FidoHandle<eddsa_pk_t, eddsa_pk_free>;

}  // namespace

Bytes MadeCredential::id() const {
  const auto* bytes = fido_cred_id_ptr(cred.get());
  return {bytes, bytes + fido_cred_id_len(cred.get())};
}

int MadeCredential::verified() const {
  return fido_cred_x5c_ptr(cred.get()) != nullptr ? fido_cred_verify(cred.get())
                                                  : fido_cred_verify_self(cred.get());
}

MadeCredential make(fido_dev_t* device, const NewCredential& wanted) {
  MadeCredential made{FIDO_OK, FidoCredential(fido_cred_new())};
  auto* raw = made.cred.get();
  REQUIRE(fido_cred_set_type(raw, wanted.algorithm) == FIDO_OK);
  REQUIRE(fido_cred_set_clientdata(raw, kChallenge.data(), kChallenge.size()) == FIDO_OK);
  REQUIRE(fido_cred_set_rp(raw, wanted.rp.c_str(), nullptr) == FIDO_OK);
  const auto user = as_bytes(wanted.user);
  REQUIRE(fido_cred_set_user(raw, user.data(), user.size(), wanted.user.c_str(), nullptr,
                             nullptr) == FIDO_OK);
  if (wanted.resident) REQUIRE(fido_cred_set_rk(raw, FIDO_OPT_TRUE) == FIDO_OK);
  REQUIRE(fido_cred_set_uv(raw, wanted.uv) == FIDO_OK);
  if (wanted.protection != 0) REQUIRE(fido_cred_set_prot(raw, wanted.protection) == FIDO_OK);
  for (const auto& id : wanted.exclude) {
    REQUIRE(fido_cred_exclude(raw, id.data(), id.size()) == FIDO_OK);
  }
  made.error = fido_dev_make_cred(device, raw, wanted.pin);
  return made;
}

std::uint8_t MadeAssertion::flags(std::size_t index) const {
  return fido_assert_flags(assertion.get(), index);
}

std::string MadeAssertion::user(std::size_t index) const {
  const auto* bytes = fido_assert_user_id_ptr(assertion.get(), index);
  return {bytes, bytes + fido_assert_user_id_len(assertion.get(), index)};
}

int MadeAssertion::verified(const fido_cred_t* cred, std::size_t index) const {
  const auto* bytes = fido_cred_pubkey_ptr(cred);
  const std::size_t size = fido_cred_pubkey_len(cred);
  if (fido_cred_type(cred) == COSE_EDDSA) {
    const EdDsa key(eddsa_pk_new());
    REQUIRE(eddsa_pk_from_ptr(key.get(), bytes, size) == FIDO_OK);
    return fido_assert_verify(assertion.get(), index, COSE_EDDSA, key.get());
  }
  const Es256 key(es256_pk_new());
  REQUIRE(es256_pk_from_ptr(key.get(), bytes, size) == FIDO_OK);
  return fido_assert_verify(assertion.get(), index, COSE_ES256, key.get());
}

MadeAssertion get(fido_dev_t* device, const NewAssertion& wanted) {
  MadeAssertion made{FIDO_OK, FidoAssertion(fido_assert_new())};
  auto* raw = made.assertion.get();
  REQUIRE(fido_assert_set_clientdata(raw, kChallenge.data(), kChallenge.size()) == FIDO_OK);
  REQUIRE(fido_assert_set_rp(raw, wanted.rp.c_str()) == FIDO_OK);
  REQUIRE(fido_assert_set_up(raw, wanted.up) == FIDO_OK);
  REQUIRE(fido_assert_set_uv(raw, wanted.uv) == FIDO_OK);
  for (const auto& id : wanted.allow) {
    REQUIRE(fido_assert_allow_cred(raw, id.data(), id.size()) == FIDO_OK);
  }
  made.error = fido_dev_get_assert(device, raw, wanted.pin);
  return made;
}

}  // namespace latchkey::test
