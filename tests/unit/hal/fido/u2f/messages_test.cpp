// SPDX-License-Identifier: MIT
#include "hal/fido/sim/u2f/messages.hpp"

#include "tests/unit/hal/fido/u2f/key_fixture.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

TEST_CASE("a registration names the new key, attested by the key's leaf") {
  Key key;
  const auto data = key.data(register_request());
  const Registration made(data);
  CHECK(to_bytes(made.certificate) == key.state.factory.chain[0]);
  const Bytes zero{0};
  const auto base = join({zero, kApplication, kChallenge, made.handle, made.public_key});
  CHECK(mbedtls_verifies(key.state.factory.attestation_key.public_key(), base, made.signature));
  const auto credential = unwrap(key.state, kApplication, made.handle).value();
  CHECK(credential.key.public_key() == to_bytes(made.public_key));
  CHECK(credential.protection == CredProtect::optional);
  CHECK(key.state.signature_counter == 0);
}

TEST_CASE("an authentication is signed over application, presence, counter and challenge") {
  Key key;
  key.state.signature_counter = 0x01020304;
  const auto registered = key.data(register_request());
  const Registration made(registered);
  const auto data = key.data(authenticate_request(made.handle));
  CHECK(to_hex(ByteView(data).first(5)) == "0101020305");
  CHECK(key.state.signature_counter == 0x01020305);
  const auto base = join({kApplication, ByteView(data).first(5), kChallenge});
  CHECK(mbedtls_verifies(made.public_key, base, ByteView(data).subspan(5)));
}

TEST_CASE("without enforced presence nobody is asked and the answer says so") {
  Key key;
  key.reply = Reply::never;
  const auto handle = key.handle(kApplication);
  const auto data = key.data(authenticate_request(handle, kDoNotEnforce));
  CHECK(to_hex(ByteView(data).first(5)) == "0000000001");
  CHECK(key.asked == 0);
  const auto base = join({kApplication, ByteView(data).first(5), kChallenge});
  const auto credential = unwrap(key.state, kApplication, handle).value();
  CHECK(mbedtls_verifies(credential.key.public_key(), base, ByteView(data).subspan(5)));
}

TEST_CASE("checking a handle asks nobody, signs nothing and tells whether it is known") {
  Key key;
  CHECK(key.refusal(authenticate_request(key.handle(kApplication), kCheckOnly)) == 0x6985);
  CHECK(key.refusal(authenticate_request(key.handle(kChallenge), kCheckOnly)) == 0x6A80);
  CHECK(key.refusal(authenticate_request({}, kCheckOnly)) == 0x6A80);
  CHECK(key.asked == 0);
  CHECK(key.state.signature_counter == 0);
  CHECK(key.history.signatures == 0);
}

TEST_CASE("a credential of CTAP2's works here unless it must not or cannot") {
  Key key;
  using Kind = SigningKey::Kind;
  const auto status = [&](Kind kind, CredProtect protection) {
    const auto handle = key.handle(kApplication, kind, protection);
    const auto found = key.refusal(authenticate_request(handle, kCheckOnly));
    const auto signed_with = Key::status(key.send(authenticate_request(handle)));
    CHECK((found == 0x6985) == (signed_with == 0x9000));
    CHECK((found == 0x6A80) == (signed_with == 0x6A80));
    return signed_with;
  };
  CHECK(status(Kind::p256, CredProtect::optional) == 0x9000);
  CHECK(status(Kind::p256, CredProtect::optional_with_list) == 0x9000);
  CHECK(status(Kind::p256, CredProtect::required) == 0x6A80);
  CHECK(status(Kind::ed25519, CredProtect::optional) == 0x6A80);
}

TEST_CASE("a handle of another key or application is refused before anybody is asked") {
  Key key(1);
  Key other(2);
  for (const auto control : {kEnforce, kDoNotEnforce}) {
    CHECK(key.refusal(authenticate_request(other.handle(kApplication), control)) == 0x6A80);
    CHECK(key.refusal(authenticate_request(key.handle(kChallenge), control)) == 0x6A80);
  }
  CHECK(key.asked == 0);
  CHECK(key.state.signature_counter == 0);
}

TEST_CASE("the version is U2F_V2, in either encoding of the request") {
  Key key;
  CHECK(as_text(key.data(extended(kVersion, 0, {}))) == "U2F_V2");
  CHECK(as_text(key.data(from_hex("00030000").value())) == "U2F_V2");
  CHECK(as_text(key.data(from_hex("0003000000").value())) == "U2F_V2");
  CHECK(as_text(key.data(from_hex("00030000000000").value())) == "U2F_V2");
  CHECK(key.asked == 0);
}

TEST_CASE("a short request is answered whole") {
  Key key;
  const auto request = join({from_hex("0001030040").value(), kChallenge, kApplication, Bytes{0}});
  const auto data = key.data(request);
  CHECK(Registration(data).signature.size() > 60);
}

TEST_CASE("with alwaysUv U2F is switched off") {
  Key key;
  const auto handle = key.handle(kApplication);
  key.model.always_uv = true;
  for (const auto& apdu :
       {register_request(), authenticate_request(handle), authenticate_request(handle, kCheckOnly),
        authenticate_request(handle, kDoNotEnforce), extended(kVersion, 0, {})}) {
    CHECK(key.refusal(apdu) == 0x6986);
  }
  CHECK(key.asked == 0);
}

TEST_CASE("a model without U2F knows no instruction") {
  Key key;
  key.model.u2f = false;
  CHECK(key.refusal(register_request()) == 0x6D00);
  CHECK(key.refusal(extended(kVersion, 0, {})) == 0x6D00);
}

TEST_CASE("a model that signs wrongly gives signatures that verify nowhere") {
  Key key;
  const auto handle = key.handle(kApplication);
  const auto public_key = unwrap(key.state, kApplication, handle).value().key.public_key();
  key.model.misbehaviour.wrong_signature = true;
  const auto registered = key.data(register_request());
  const Registration made(registered);
  const Bytes zero{0};
  const auto base = join({zero, kApplication, kChallenge, made.handle, made.public_key});
  CHECK_FALSE(
      mbedtls_verifies(key.state.factory.attestation_key.public_key(), base, made.signature));
  const auto data = key.data(authenticate_request(handle));
  CHECK_FALSE(mbedtls_verifies(public_key,
                               join({kApplication, ByteView(data).first(5), kChallenge}),
                               ByteView(data).subspan(5)));
}

TEST_CASE("without randomness, or without a certificate, registering fails and says so") {
  Key key;
  latchkey::test::ScriptedRandom nothing({});
  CHECK(to_hex(key.send(register_request(), nothing)) == "6f00");
  latchkey::test::ScriptedRandom key_only(Bytes(32, 1));
  CHECK(to_hex(key.send(register_request(), key_only)) == "6f00");
  key.state.factory.chain.clear();
  CHECK(key.refusal(register_request()) == 0x6F00);
  CHECK(key.history.signatures == 0);
}
