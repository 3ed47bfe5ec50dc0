// SPDX-License-Identifier: MIT
#include "hal/fido/sim/ctap2/pin_protocol.hpp"

#include <doctest/doctest.h>

#include "core/crypto/hash.hpp"
#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/hal/fido/ctap2/key_with_pin.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

SigningKey key(std::string_view scalar) {
  SigningKey::Seed seed{};
  const auto bytes = hex(scalar);
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return SigningKey::from_seed(SigningKey::Kind::p256, seed).value();
}

Value cose(std::string_view x, std::string_view y) {
  return Value::Map{{1, 2}, {3, -25}, {-1, 1}, {-2, hex(x)}, {-3, hex(y)}};
}

Bytes left_hash(const std::string& pin) {
  return to_bytes(ByteView(crypto::sha256(as_bytes(pin)).value()).first(16));
}

Bytes padded(const std::string& pin) {
  auto bytes = to_bytes(as_bytes(pin));
  bytes.resize(64);
  return bytes;
}

/// Sends a whole request, command byte and all, to a key with a key agreement key of our choice.
Status send(KeyWithPin& simulated, std::string_view request) {
  const auto message = hex(request);
  REQUIRE(message.front() == 0x06);
  const auto parameters = Value::decode(ByteView(message).subspan(1)).value();
  return simulated.client_pin(*parameters.map()).status;
}

}  // namespace

// python-fido2, test/test_ctap2.py of 2019, TestPinProtocolV1: who is who does not matter to ECDH.
TEST_CASE("protocol 1 gives the values of python-fido2") {
  latchkey::test::SeededRandom random(1);
  const auto secret =
      SharedSecret::decapsulate(
          PinProtocol::one, key("7452e599fee739d8a653f6a507343d12d382249108a651402520b72f24fe7684"),
          cose("0501D5BC78DA9252560A26CB08FCC60CBE0B6D3B8E1D1FCEE514FAC0AF675168",
               "D551B3ED46F665731F95B4532939C25D91DB7EB844BD96D4ABD4083785F8DF47"))
          .value();
  CHECK(secret.decrypt(hex("7A9F98E31B77BE90F9C64D12E9635040")).value() ==
        hex("aff12c6dcfbf9df52f7a09211e8865cd"));
  CHECK(secret.encrypt(left_hash("1234"), random).value() ==
        hex("afe8327ce416da8ee3d057589c2ce1a9"));
  const auto new_pin = hex(
      "0222fc42c6dd76a274a7057858b9b29d98e8a722ec2dc6668476168c5320473cec9907b4cd76ce7943c96ba56839"
      "43211d84471e64d9c51e54763488cd66526a");
  CHECK(secret.decrypt(new_pin).value() == padded("1234"));
  CHECK(secret.verify(new_pin, hex("7b40c084ccc5794194189ab57836475f")));
  const auto changed = hex(
      "4280e14aac4fcbf02dd079985f0c0ffc9ea7d5f9c173fd1a4c843826f7590cb3c2d080c6923e2fe6d7a52c31ea13"
      "09d3fcca3dedae8a2ef14b6330cafc79339e");
  CHECK(secret.decrypt(changed).value() == padded("4321"));
  CHECK(secret.verify(join(changed, hex("afe8327ce416da8ee3d057589c2ce1a9")),
                      hex("fb97e92f3724d7c85e001d7f93e6490a")));
}

// Mozilla's authenticator-rs, src/crypto/mod.rs, test_pin_encryption_and_hashing.
TEST_CASE("protocol 1 authenticates as authenticator-rs does") {
  const auto shared = hex("82E3D841E25C5C13462C123CC3D3987865BA3D204674FBEDD47EF5ABAB8D1372");
  const auto new_pin = hex(
      "70664BB581E257451A3AB91BF1AAD8E45F6CE9B5C3B0F32B5ECD62D0BA3B605FD9183166F6C5FAF3E4DA2481502C"
      "D0CEE0158B351FC39208A77CB2744BD43CF9");
  CHECK(authenticate(PinProtocol::one, shared, new_pin).value() ==
        hex("8E7F016997F3B0A27BA4347A0E49FDF5"));
}

// The same, test_pin_uv_auth2_kdf: the key for HMAC, then the one for AES.
TEST_CASE("protocol 2 derives the keys of authenticator-rs") {
  const auto secret = SharedSecret::derive(PinProtocol::two, Bytes(32, 0xFF)).value();
  const auto mac_key = hex("570B4ED82AA5DFB49DB79DBEAF4B315D8ABB1A9867B245F3367026987C0D47A1");
  const auto aes_key = hex("7D9A93C39BAEC741D141C6238D8E1846DE323D8EED022CB397D19A73B98945E2");
  CHECK(secret.verify(as_bytes("message"), pin_uv_auth_param(2, mac_key, as_bytes("message"))));
  AesKey aes{};
  std::copy(aes_key.begin(), aes_key.end(), aes.begin());
  AesBlock iv{};
  iv.fill(3);
  const auto sealed = encrypt_cbc(aes, iv, Bytes(32, 7)).value();
  CHECK(secret.decrypt(join(iv, sealed)).value() == Bytes(32, 7));
}

// WebAuthn Works' CTAP 2.1 Migration Guide, Protocol/PinProtocol/2.md; its text calls the two keys
// of protocol 2 by each other's names, its values are right.
TEST_CASE("both protocols give the values of the migration guide, whole requests included") {
  const auto own = key("90f0a83dba763dfa331061198fc90033a7adefe8fe63da224667b2c5ac0a52ba");
  CHECK(agreement_cose_key(own) ==
        cose("d7404f738990a0af2bbc053d39f0a9c293898bf8e7c0fb9ab1ef4dd61bb70d37",
             "c09bed90721b78631be0e68f42997f7a1957b87a6537cfade9f0a68cd432e7f9"));
  const auto platform = cose("003a0bc15db601a238e891db21ca5f71eab98c8e05bf4e318daf471ea6e76dab",
                             "3e303d19dcf2147db8d4ee0d932b0a0308ca55d69cf021c1c7e111d0cdc59efe");

  const auto one = SharedSecret::decapsulate(PinProtocol::one, own, platform).value();
  const auto sealed = hex(
      "b206fc6039c9817a045fd274c601f448900b37a9bd2a7fdfe02e60471f684d0d1be5318c1c1d29c02ac2333bb039"
      "b0f7e2f9cccb6b4faca97281f95a8805f782");
  CHECK(one.decrypt(sealed).value() == padded("passwordsAreBad"));
  CHECK(one.verify(sealed, hex("8d4bb4e328427041bfd1e3dd70b1fffd")));

  KeyWithPin simulated;
  simulated.session.agreement_keys[1] = own;
  CHECK(
      send(simulated,
           "06a50102020303a501020338182001215820003a0bc15db601a238e891db21ca5f71eab98c8e05bf4e318d"
           "af471ea6e76dab2258203e303d19dcf2147db8d4ee0d932b0a0308ca55d69cf021c1c7e111d0cdc59efe04"
           "58206572fe937c1c04fb68b5a91408f9058246a6650013fe8dc023c5eec130f01a280558503672a1bc264e"
           "2cef5f647aff51100b15c2cdbe642fe446d1e7eb6cf52ef5268b616d1d2720c5b0d05195d0ab3b07a248a2"
           "f99930060ad3ce58a89824928050a93aa453ca66a8feade0333721dbf1b966") == Status::ok);
  CHECK(to_bytes(*simulated.state.pin_hash) == left_hash("passwordsAreBad"));
  CHECK(simulated.state.pin_code_points == 15);

  const auto hash = left_hash("123456");
  std::copy(hash.begin(), hash.end(), simulated.state.pin_hash->begin());
  CHECK(
      send(simulated,
           "06a60102020403a501020338182001215820003a0bc15db601a238e891db21ca5f71eab98c8e05bf4e318d"
           "af471ea6e76dab2258203e303d19dcf2147db8d4ee0d932b0a0308ca55d69cf021c1c7e111d0cdc59efe04"
           "5820d6b8d7cf32879f9515ac310a3a99cf6ec025644e921745aba8a34be20faa17e70558504b41b0af9bee"
           "cf165e9a1f4abc852fe81441cf87ab46a5de55b752c5203498c14e8d0f52be4ec1ac731e1e1fb99c00bf0f"
           "c8a768b40a95a7b1f2dd907f3af35f2cc4f3a3aa00b3f5267623e624f33ebc0658206af8b75c50296805d3"
           "4fc6326956ca20708f38d17a782ffdd1a537d221eecb3e") == Status::ok);
  CHECK(to_bytes(*simulated.state.pin_hash) == left_hash("09876"));
}

TEST_CASE("a computer of another make and the key understand each other") {
  latchkey::test::SeededRandom random(5);
  for (const auto protocol : {PinProtocol::one, PinProtocol::two}) {
    for (int round = 0; round < 20; ++round) {
      const auto own = SigningKey::generate(SigningKey::Kind::p256, random).value();
      const Platform platform(static_cast<int>(protocol), agreement_cose_key(own), random);
      const auto secret = SharedSecret::decapsulate(protocol, own, platform.public_key()).value();
      const Bytes plain(32, 0x77);
      CHECK(secret.decrypt(platform.encrypt(plain)).value() == plain);
      CHECK(platform.decrypt(secret.encrypt(plain, random).value()) == plain);
      CHECK(secret.verify(plain, platform.authenticate(plain)));
    }
  }
}

TEST_CASE("protocol 2 never encrypts twice alike, and has no IV without randomness") {
  latchkey::test::SeededRandom random(5);
  const auto secret = SharedSecret::derive(PinProtocol::two, Bytes(32, 1)).value();
  CHECK(secret.encrypt(Bytes(16), random).value() != secret.encrypt(Bytes(16), random).value());
  latchkey::test::ScriptedRandom none({});
  CHECK(secret.encrypt(Bytes(16), none).error().is(Errc::entropy));
}

TEST_CASE("a signature with a flipped bit, cut off or longer, is wrong") {
  const Bytes message(40, 1);
  for (const auto protocol : {PinProtocol::one, PinProtocol::two}) {
    const Bytes token(32, 9);
    const auto right = authenticate(protocol, token, message).value();
    CHECK(right.size() == (protocol == PinProtocol::one ? 16 : 32));
    CHECK(verify(protocol, token, message, right));
    each_bit_flip(right,
                  [&](const Bytes& other) { CHECK(!verify(protocol, token, message, other)); });
    each_truncation(right, [&](ByteView cut) { CHECK(!verify(protocol, token, message, cut)); });
    CHECK(!verify(protocol, token, message, join(right, Bytes{0})));
    // Neither protocol takes what the other one sends.
    const auto other = protocol == PinProtocol::one ? PinProtocol::two : PinProtocol::one;
    CHECK(!verify(other, token, message, right));
  }
}

TEST_CASE("what is not made of whole blocks cannot be decrypted") {
  for (const auto protocol : {PinProtocol::one, PinProtocol::two}) {
    const auto secret = SharedSecret::derive(protocol, Bytes(32, 1)).value();
    for (std::size_t size = 0; size < 100; ++size) {
      const bool whole = size % 16 == 0 && (protocol == PinProtocol::one || size >= 16);
      CHECK(secret.decrypt(Bytes(size)).has_value() == whole);
    }
  }
}

TEST_CASE("only a COSE_Key for P-256 key agreement is taken from a computer") {
  latchkey::test::SeededRandom random(5);
  const auto own = SigningKey::generate(SigningKey::Kind::p256, random).value();
  const auto right = *agreement_cose_key(own).map();
  const auto refused = [&](const Value& other) {
    const auto secret = SharedSecret::decapsulate(PinProtocol::two, own, other);
    return !secret && secret.error().is(Errc::malformed);
  };
  CHECK(!refused(right));
  for (const auto& [label, value] : right) {
    auto other = right;
    other.erase(label);
    CHECK(refused(other));
    other.emplace(label, 99);
    CHECK(refused(other));
    other.insert_or_assign(label, Bytes(31, 1));
    CHECK(refused(other));
  }
  auto more = right;
  more.emplace(2, Bytes{1});
  CHECK(refused(more));
  CHECK(refused(1));
  CHECK(refused(Value::Map{}));
  // Points beside the curve: an attacker's way to learn the private key bit by bit.
  each_bit_flip(*right.at(-3).bytes(), [&](const Bytes& y) {
    auto beside = right;
    beside.insert_or_assign(-3, y);
    CHECK(refused(beside));
  });
  auto zero = right;
  zero.insert_or_assign(-2, Bytes(32));
  zero.insert_or_assign(-3, Bytes(32));
  CHECK(refused(zero));
}
