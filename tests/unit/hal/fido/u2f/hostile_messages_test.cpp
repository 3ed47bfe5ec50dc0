// SPDX-License-Identifier: MIT
#include "tests/unit/hal/fido/u2f/key_fixture.hpp"

using namespace latchkey;
using namespace latchkey::fido::sim;
using namespace latchkey::fido::sim::test;

TEST_CASE("a cut request is refused for its length, and means the same without Le") {
  Key key;
  const auto handle = key.handle(kApplication);
  for (const auto& request : {register_request(), authenticate_request(handle)}) {
    each_truncation(request, [&](ByteView cut) {
      CAPTURE(cut.size());
      const bool whole = cut.size() == request.size() - 2;
      CHECK(Key::status(key.send(cut)) == (whole ? 0x9000 : 0x6700));
    });
  }
}

TEST_CASE("data of a wrong length are refused, whatever the lengths around them say") {
  Key key;
  const auto handle = key.handle(kApplication);
  for (std::size_t size = 0; size <= 300; ++size) {
    if (size != 64) CHECK(key.refusal(extended(kRegister, 0, Bytes(size))) == 0x6700);
    if (size < 65) CHECK(key.refusal(extended(kAuthenticate, kEnforce, Bytes(size))) == 0x6700);
    if (size > 0) CHECK(key.refusal(extended(kVersion, 0, Bytes(size))) == 0x6700);
    // The handle's own length against what is there.
    const Bytes stated{static_cast<std::uint8_t>(handle.size())};
    const auto data = join({kChallenge, kApplication, stated, Bytes(size)});
    CHECK(key.refusal(extended(kAuthenticate, kEnforce, data)) ==
          (size == handle.size() ? 0x6A80 : 0x6700));
  }
  CHECK(key.asked == 0);
}

TEST_CASE("a handle of the greatest length is read and refused") {
  Key key;
  CHECK(key.refusal(authenticate_request(Bytes(255, 1))) == 0x6A80);
}

TEST_CASE("other classes and instructions are refused by name") {
  Key key;
  const auto good = register_request();
  for (unsigned byte = 1; byte < 256; ++byte) {
    auto request = good;
    request[0] = static_cast<std::uint8_t>(byte);
    CHECK(key.refusal(request) == 0x6E00);
    if (byte <= kVersion) continue;
    request = good;
    request[1] = static_cast<std::uint8_t>(byte);
    CHECK(key.refusal(request) == 0x6D00);
  }
}

TEST_CASE("other control bytes are refused, and nobody is asked") {
  Key key;
  const auto handle = key.handle(kApplication);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto control = static_cast<std::uint8_t>(byte);
    if (control == kEnforce || control == kDoNotEnforce || control == kCheckOnly) continue;
    CHECK(key.refusal(authenticate_request(handle, control)) == 0x6A80);
  }
  CHECK(key.asked == 0);
}

TEST_CASE("no bit of an authentication can be turned over unnoticed, but for what does not count") {
  Key key;
  const auto handle = key.handle(kApplication);
  const auto public_key = unwrap(key.state, kApplication, handle).value().key.public_key();
  const auto request = authenticate_request(handle);
  each_bit_flip(request, [&](const Bytes& flipped) {
    const auto answer = key.send(flipped);
    if (Key::status(answer) != 0x9000) return;
    CHECK(flipped[2] == kEnforce);
    const bool counts = !std::equal(flipped.begin() + 7, flipped.end() - 2, request.begin() + 7);
    const auto base = join({kApplication, ByteView(answer).first(5), kChallenge});
    CHECK(mbedtls_verifies(public_key, base, ByteView(answer).subspan(5, answer.size() - 7)) ==
          !counts);
    // Of the data only the challenge may differ.
    CHECK(std::equal(flipped.begin() + 39, flipped.end() - 2, request.begin() + 39));
  });
}

TEST_CASE("noise is answered with a status word") {
  Key key;
  Bytes noise(80);
  for (int round = 0; round < 2'000; ++round) {
    REQUIRE(key.random.fill(noise));
    noise[0] = 0;
    const auto size = noise[79];
    CHECK(Key::status(key.send(ByteView(noise).first(size % 80U))) != 0);
  }
}
