// SPDX-License-Identifier: MIT
#include "hal/fido/sim/crypto/cipher.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/hal/fido/crypto/oracle.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

namespace {

template <class Array>
Array array_of(std::string_view hex) {
  Array array{};
  const auto bytes = from_hex(hex).value();
  REQUIRE(bytes.size() == array.size());
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

Bytes hex(std::string_view text) { return from_hex(text).value(); }

}  // namespace

TEST_CASE("AES-256-CBC gives the blocks of NIST SP 800-38A, F.2.5 and F.2.6") {
  const auto key =
      array_of<AesKey>("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const auto iv = array_of<AesBlock>("000102030405060708090a0b0c0d0e0f");
  const auto plain =
      hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
          "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
  const auto cipher =
      hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
          "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b");
  CHECK(encrypt_cbc(key, iv, plain).value() == cipher);
  CHECK(decrypt_cbc(key, iv, cipher).value() == plain);
  for (std::size_t size = 0; size < plain.size(); ++size) {
    const auto encrypted = encrypt_cbc(key, iv, ByteView(plain).first(size));
    const auto decrypted = decrypt_cbc(key, iv, ByteView(cipher).first(size));
    CHECK(encrypted.has_value() == (size % 16 == 0));
    CHECK(decrypted.has_value() == (size % 16 == 0));
    if (!encrypted) CHECK(encrypted.error().is(Errc::malformed));
    if (!decrypted) CHECK(decrypted.error().is(Errc::malformed));
  }
}

// McGrew and Viega, "The Galois/Counter Mode of Operation", which NIST SP 800-38D is made of.
TEST_CASE("AES-256-GCM gives the results of its authors' test cases 13, 14 and 16") {
  struct Vector {
    std::string_view key, nonce, associated, plain, sealed;
  };
  constexpr std::string_view kZeroKey =
      "0000000000000000000000000000000000000000000000000000000000000000";
  constexpr Vector kVectors[] = {
      {kZeroKey, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
      {kZeroKey, "000000000000000000000000", "", "00000000000000000000000000000000",
       "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
      {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
       "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
       "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
       "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
       "76fc6ece0f4e1768cddf8853bb2d551b"}};
  for (const auto& vector : kVectors) {
    const auto key = array_of<AesKey>(vector.key);
    const auto nonce = array_of<GcmNonce>(vector.nonce);
    const auto associated = hex(vector.associated);
    CHECK(to_hex(seal_gcm(key, nonce, associated, hex(vector.plain)).value()) == vector.sealed);
    CHECK(to_hex(open_gcm(key, nonce, associated, hex(vector.sealed)).value()) == vector.plain);
  }
}

TEST_CASE("AES-256-GCM opens nothing that was changed") {
  const AesKey key{1};
  const GcmNonce nonce{2};
  const auto associated = as_bytes("bound to this");
  const auto sealed = seal_gcm(key, nonce, associated, as_bytes("a secret")).value();
  const auto refuses = [&](const AesKey& with, const GcmNonce& at, ByteView bound, ByteView what) {
    const auto opened = open_gcm(with, at, bound, what);
    CHECK_FALSE(opened);
    if (!opened) CHECK(opened.error().is(Errc::unauthenticated));
  };
  each_bit_flip(sealed, [&](ByteView flipped) { refuses(key, nonce, associated, flipped); });
  each_truncation(sealed, [&](ByteView cut) { refuses(key, nonce, associated, cut); });
  each_bit_flip(to_bytes(associated), [&](ByteView bound) { refuses(key, nonce, bound, sealed); });
  refuses({9}, nonce, associated, sealed);
  refuses(key, {9}, associated, sealed);
  refuses(key, nonce, {}, sealed);
  CHECK(as_text(open_gcm(key, nonce, associated, sealed).value()) == "a secret");
}
