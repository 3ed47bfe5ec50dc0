// SPDX-License-Identifier: MIT
#include "hal/fido/sim/crypto/signing_key.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/hal/fido/crypto/oracle.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

using Kind = SigningKey::Kind;

SigningKey::Seed seed_of(std::string_view hex) {
  SigningKey::Seed seed{};
  const auto bytes = from_hex(hex).value();
  REQUIRE(bytes.size() == seed.size());
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return seed;
}

SigningKey key_of(Kind kind, std::string_view hex) {
  return SigningKey::from_seed(kind, seed_of(hex)).value();
}

constexpr std::string_view kOrder =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
constexpr std::string_view kOrderMinusOne =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";

}  // namespace

TEST_CASE("Ed25519 gives the keys and signatures of RFC 8032, 7.1, tests 1 to 3") {
  struct Vector {
    std::string_view seed, public_key, message, signature;
  };
  constexpr Vector kVectors[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9"
       "b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "1"
       "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
       "d"
       "c6594a7c15e9716ed28dc027beceea1ec40a"}};
  for (const auto& vector : kVectors) {
    const auto key = key_of(Kind::ed25519, vector.seed);
    CHECK(to_hex(key.public_key()) == vector.public_key);
    CHECK(to_hex(key.sign(from_hex(vector.message).value()).value()) == vector.signature);
  }
}

TEST_CASE("P-256 gives the public key of RFC 6979, A.2.5") {
  const auto key =
      key_of(Kind::p256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  CHECK(to_hex(key.public_key()) ==
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
}

TEST_CASE("1 gives the generator of P-256 and n - 1 its negative (FIPS 186-4)") {
  constexpr std::string_view kX =
      "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
  const auto one = key_of(Kind::p256, std::string(63, '0') + "1");
  const auto last = key_of(Kind::p256, kOrderMinusOne);
  CHECK(to_hex(one.public_key()) ==
        std::string(kX) + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
  CHECK(to_hex(last.public_key()).starts_with(kX));
  CHECK(last.public_key() != one.public_key());
}

TEST_CASE("what is no scalar of P-256 is refused") {
  for (const auto& hex : {std::string(64, '0'), std::string(kOrder), std::string(64, 'f')}) {
    CHECK(SigningKey::from_seed(Kind::p256, seed_of(hex)).error().is(Errc::malformed));
    CHECK(SigningKey::from_seed(Kind::ed25519, seed_of(hex)));
  }
}

TEST_CASE("the program openssl accepts the signatures, and no other message or key") {
  latchkey::test::SeededRandom random(1);
  const auto message = as_bytes("sign me");
  for (const auto kind : {Kind::p256, Kind::ed25519}) {
    const auto key = SigningKey::generate(kind, random).value();
    const auto other = SigningKey::generate(kind, random).value();
    CHECK(key.kind() == kind);
    CHECK(key.public_key() != other.public_key());
    const auto signature = key.sign(message).value();
    CHECK(openssl_verifies(key.public_key(), message, signature));
    CHECK_FALSE(openssl_verifies(other.public_key(), message, signature));
    CHECK_FALSE(openssl_verifies(key.public_key(), as_bytes("another"), signature));
  }
}

TEST_CASE("mbedTLS accepts fifty signatures with P-256, and none with a bit turned over") {
  latchkey::test::SeededRandom random(2);
  const auto message = as_bytes("sign me");
  Bytes signature;
  auto key = SigningKey::generate(Kind::p256, random).value();
  for (int i = 0; i < 50; ++i) {
    key = SigningKey::generate(Kind::p256, random).value();
    signature = key.sign(message).value();
    CHECK(mbedtls_verifies(key.public_key(), message, signature));
    CHECK(mbedtls_verifies(key.public_key(), {}, key.sign({}).value()));
  }
  each_bit_flip(signature, [&](ByteView flipped) {
    CHECK_FALSE(mbedtls_verifies(key.public_key(), message, flipped));
  });
}

TEST_CASE("a key is the same again from its seed") {
  latchkey::test::SeededRandom random(3);
  for (const auto kind : {Kind::p256, Kind::ed25519}) {
    const auto key = SigningKey::generate(kind, random).value();
    CHECK(SigningKey::from_seed(kind, key.seed()).value().public_key() == key.public_key());
  }
}

TEST_CASE("without randomness no key is made") {
  latchkey::test::ScriptedRandom nothing({});
  CHECK(SigningKey::generate(Kind::p256, nothing).error().is(Errc::entropy));
  CHECK(SigningKey::generate(Kind::ed25519, nothing).error().is(Errc::entropy));
  ConstantRandom broken(0xFF);
  CHECK(SigningKey::generate(Kind::p256, broken).error().is(Errc::entropy));
}

TEST_CASE("a scalar that P-256 has not is drawn again") {
  Bytes script(32, 0xFF);
  script.resize(64, 0x01);
  latchkey::test::ScriptedRandom random(script);
  CHECK(SigningKey::generate(Kind::p256, random).value().seed()[0] == 0x01);
  CHECK(random.used() == 64);
}
