// SPDX-License-Identifier: MIT
#include "core/crypto/hash.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::crypto;

TEST_CASE("SHA-2 gives the digests of FIPS 180-4's examples") {
  CHECK(to_hex(sha256(as_bytes("abc")).value()) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256({}).value()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha512(as_bytes("abc")).value()) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("HMAC gives the results of RFC 2202 and RFC 4231") {
  const auto key = as_bytes("Jefe");
  const auto data = as_bytes("what do ya want for nothing?");
  CHECK(to_hex(hmac_sha1(key, data).value()) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  CHECK(to_hex(hmac_sha256(key, data).value()) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("HKDF gives the results of RFC 5869, A.1 and A.3") {
  const Bytes key(22, 0x0b);
  Bytes output(42);
  const auto salt = from_hex("000102030405060708090a0b0c").value();
  const auto info = from_hex("f0f1f2f3f4f5f6f7f8f9").value();
  REQUIRE(hkdf_sha256(salt, key, info, output));
  CHECK(to_hex(output) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  REQUIRE(hkdf_sha256({}, key, {}, output));
  CHECK(to_hex(output) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("HKDF refuses more output than it can give") {
  Bytes output(255 * 32 + 1);
  CHECK(hkdf_sha256({}, as_bytes("key"), {}, output).error().is(Errc::crypto));
}
