// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fido.h>

#include "core/crypto/hash.hpp"
#include "tests/unit/hal/fido/ctap2/verdict.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Model attesting(AttestationKind kind) {
  auto model = find_model("fido-2.1").value();
  model.attestation = kind;
  return model;
}

Value::Map request_for(int algorithm) {
  return credential_request(4,
                            Value::Array{Value::Map{{"alg", algorithm}, {"type", "public-key"}}});
}

}  // namespace

TEST_CASE("libfido2 takes a packed attestation of either algorithm, by leaf and intermediate") {
  BareKey key(attesting(AttestationKind::packed));
  for (const int algorithm : {kEs256, kEdDsa}) {
    CAPTURE(algorithm);
    const auto made = key.make(request_for(algorithm));
    CHECK(verify_credential(made) == FIDO_OK);
    const auto body = body_of(made);
    CHECK(body.find(1)->text()->compare("packed") == 0);
    CHECK(body.find(3)->find("alg")->number() ==
          kEs256);  // the factory's key, whatever the new one
    const auto& chain = *body.find(3)->find("x5c")->array();
    REQUIRE(chain.size() == 2);
    CHECK(*chain[0].bytes() == key.state.factory.chain[0]);
    CHECK(*chain[1].bytes() == key.state.factory.chain[1]);
    CHECK(data_of(made).aaguid == to_bytes(key.model.aaguid));
  }
}

TEST_CASE("libfido2 takes a U2F attestation, which names no model and knows P-256 alone") {
  BareKey key(attesting(AttestationKind::fido_u2f));
  const auto made = key.make(request_for(kEs256));
  CHECK(verify_credential(made) == FIDO_OK);
  CHECK(body_of(made).find(1)->text()->compare("fido-u2f") == 0);
  CHECK(body_of(made).find(3)->find("x5c")->array()->size() == 1);
  CHECK(data_of(made).aaguid == Bytes(16, 0));
  CHECK(status_of(key.make(request_for(kEdDsa))) == Status::unsupported_algorithm);
}

TEST_CASE("libfido2 takes a self attestation of either algorithm") {
  BareKey key(attesting(AttestationKind::self));
  for (const int algorithm : {kEs256, kEdDsa}) {
    CAPTURE(algorithm);
    const auto made = key.make(request_for(algorithm));
    CHECK(verify_credential(made) == FIDO_OK);
    CHECK(body_of(made).find(3)->find("alg")->number() == algorithm);
    CHECK(body_of(made).find(3)->find("x5c") == nullptr);
  }
}

TEST_CASE("no attestation is an empty statement, and nothing is signed") {
  BareKey key(attesting(AttestationKind::none));
  const auto body = body_of(key.make(credential_request()));
  CHECK(body.find(1)->text()->compare("none") == 0);
  CHECK(body.find(3)->map()->empty());
  CHECK(key.history.signatures == 0);
}

TEST_CASE("an attestation holds for its own request alone") {
  BareKey key("fido-2.1");
  const auto other = key.make(with(credential_request(), 1, Bytes(32, 0xC2)));
  CHECK(verify_credential(other) == FIDO_ERR_INVALID_SIG);
  const auto elsewhere = key.make(credential_request(2, Value::Map{{"id", "ssh:other"}}));
  CHECK(verify_credential(elsewhere) == FIDO_ERR_INVALID_PARAM);
}

TEST_CASE("a key with wrong signatures is found out, whatever it signs with") {
  for (const auto kind :
       {AttestationKind::packed, AttestationKind::fido_u2f, AttestationKind::self}) {
    auto model = attesting(kind);
    model.misbehaviour.wrong_signature = true;
    BareKey key(model);
    const auto made = key.make(credential_request());
    CHECK(verify_credential(made) == FIDO_ERR_INVALID_SIG);
    const auto signed_wrongly = key.assertion(assertion_request({id_of(made)}));
    CHECK(verify_assertion(made, signed_wrongly) == FIDO_ERR_INVALID_SIG);
    CHECK(key.history.signatures == 2);
  }
}

TEST_CASE("a key that names another relying party is found out, though what it signs is right") {
  auto model = attesting(AttestationKind::packed);
  model.misbehaviour.wrong_rp = true;
  BareKey key(model);
  const auto made = key.make(credential_request());
  CHECK(verify_credential(made) == FIDO_ERR_INVALID_PARAM);
  CHECK(data_of(made).rp_id_hash != to_bytes(crypto::sha256(as_bytes(kRpId)).value()));
  const auto assertion = key.assertion(assertion_request({id_of(made)}));
  CHECK(verify_assertion(made, assertion) == FIDO_ERR_INVALID_PARAM);
}

TEST_CASE("the public key is a COSE_Key") {
  BareKey key("fido-2.1");
  const auto es256 = data_of(key.make(request_for(kEs256))).key.value();
  CHECK(es256.map()->size() == 5);
  CHECK(es256.find(1)->number() == 2);
  CHECK(es256.find(3)->number() == -7);
  CHECK(es256.find(-1)->number() == 1);
  CHECK(es256.find(-2)->bytes()->size() == 32);
  CHECK(es256.find(-3)->bytes()->size() == 32);
  const auto eddsa = data_of(key.make(request_for(kEdDsa))).key.value();
  CHECK(eddsa.map()->size() == 4);
  CHECK(eddsa.find(1)->number() == 1);
  CHECK(eddsa.find(3)->number() == -8);
  CHECK(eddsa.find(-1)->number() == 6);
  CHECK(eddsa.find(-2)->bytes()->size() == 32);
}
