// SPDX-License-Identifier: MIT
#include "hal/fido/sim/crypto/agreement_key.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

SigningKey private_key(std::string_view hex) {
  SigningKey::Seed seed{};
  const auto bytes = from_hex(hex).value();
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return SigningKey::from_seed(SigningKey::Kind::p256, seed).value();
}

}  // namespace

TEST_CASE("ECDH gives the secrets of NIST's CAVP, KAS_ECC_CDH_PrimitiveTest, P-256, 0 and 1") {
  struct Vector {
    std::string_view own, own_point, peer, secret;
  };
  constexpr Vector kVectors[] = {
      {"7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
       "04ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b230"
       "28af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141",
       "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
       "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
       "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b"},
      {"38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
       "04119f2f047902782ab0c9e27a54aff5eb9b964829ca99c06b02ddba95b0a3f6d0"
       "8f52b726664cac366fc98ac7a012b2682cbd962e5acb544671d41b9445704d1d",
       "04809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7ae"
       "b29d84e811197f25eba8f5194092cb6ff440e26d4421011372461f579271cda3",
       "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67"}};
  for (const auto& vector : kVectors) {
    const auto own = private_key(vector.own);
    CHECK(to_hex(own.public_key()) == vector.own_point);
    CHECK(to_hex(agree(own, from_hex(vector.peer).value()).value()) == vector.secret);
  }
}

TEST_CASE("both sides agree") {
  latchkey::test::SeededRandom random(1);
  const auto a = SigningKey::generate(SigningKey::Kind::p256, random).value();
  const auto b = SigningKey::generate(SigningKey::Kind::p256, random).value();
  CHECK(agree(a, b.public_key()).value() == agree(b, a.public_key()).value());
  CHECK(agree(a, b.public_key()).value() != agree(a, a.public_key()).value());
}

TEST_CASE("what is no uncompressed point of P-256 is refused") {
  latchkey::test::SeededRandom random(2);
  const auto own = SigningKey::generate(SigningKey::Kind::p256, random).value();
  const auto peer = own.public_key();
  each_bit_flip(peer,
                [&](ByteView flipped) { CHECK(agree(own, flipped).error().is(Errc::malformed)); });
  each_truncation(peer, [&](ByteView cut) { CHECK(agree(own, cut).error().is(Errc::malformed)); });
  auto longer = peer;
  longer.push_back(0);
  CHECK(agree(own, longer).error().is(Errc::malformed));
  auto compressed = peer;
  compressed.resize(33);
  compressed[0] = (peer.back() & 1U) != 0 ? 3 : 2;
  CHECK(agree(own, compressed).error().is(Errc::malformed));
  CHECK(agree(own, Bytes(65, 0)).error().is(Errc::malformed));
  CHECK(agree(own, Bytes{0}).error().is(Errc::malformed));
}

TEST_CASE("an Ed25519 key agrees on nothing") {
  latchkey::test::SeededRandom random(3);
  const auto own = SigningKey::generate(SigningKey::Kind::ed25519, random).value();
  const auto peer = SigningKey::generate(SigningKey::Kind::p256, random).value();
  CHECK(agree(own, peer.public_key()).error().is(Errc::unsupported));
}
