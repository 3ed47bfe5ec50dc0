// SPDX-License-Identifier: MIT
#include "core/cbor/token.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::cbor;

TEST_CASE("a token is taken off, and what follows it stays") {
  const Bytes input{0x82, 0x42, 0xAA, 0xBB, 0x38, 0x63};
  ByteView rest = input;
  const auto array = take_token(rest).value();
  CHECK(array.kind == Token::Kind::array);
  CHECK(array.value == 2);
  const auto bytes = take_token(rest).value();
  CHECK(bytes.kind == Token::Kind::byte_string);
  CHECK(to_bytes(bytes.bytes) == Bytes{0xAA, 0xBB});
  const auto negative = take_token(rest).value();
  CHECK(negative.kind == Token::Kind::negative);
  CHECK(negative.value == 99);
  CHECK(rest.empty());
}

TEST_CASE("what is refused stays where it is, and is told apart") {
  struct Refused {
    Bytes input;
    Errc why;
  };
  for (const auto& [input, why] : {
           Refused{{}, Errc::truncated}, Refused{{0x42, 0xAA}, Errc::truncated},
           Refused{{0x19, 0x01}, Errc::truncated},
           Refused{{0x18, 0x17}, Errc::malformed},               // 23 in two bytes
           Refused{{0x58, 0x01, 0xAA}, Errc::malformed},         // its length likewise
           Refused{{0xC0, 0x00}, Errc::unsupported},             // a tag
           Refused{{0xF9, 0x3C, 0x00}, Errc::unsupported},       // a float
           Refused{{0x9F, 0x00, 0xFF}, Errc::unsupported},       // an array without a length
           Refused{{0x5F, 0x41, 0xAA, 0xFF}, Errc::unsupported}  // a string without one
       }) {
    CAPTURE(to_hex(input));
    ByteView rest = input;
    const auto token = take_token(rest);
    REQUIRE_FALSE(token.has_value());
    CHECK(token.error() == why);
    CHECK(rest.size() == input.size());
  }
}
