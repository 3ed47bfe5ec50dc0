// SPDX-License-Identifier: MIT
#include "hal/fido/sim/middleware/ecdsa_signature.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace latchkey;
using namespace latchkey::fido::sim;

namespace {

// openssl ecparam -name prime256v1 -genkey -noout -out k.pem
// until echo latchkey | openssl dgst -sha256 -sign k.pem | xxd -p -c80 | grep ^3046; do :; done
constexpr const char* kBothHigh =
    "3046022100bbffa8c7c78d50147f5ffa1f45acbc67181a18f5c0d6a36d405e37c93d7a86c4022100994eadda5f63b2"
    "cd3c029644ab2443fc5bc7f46895bd5c7e04c8d7bf57f03829";
constexpr const char* kBothLow =
    "304402200779ee617ca63143189f36302acb7d1d2ebcb166e4371b9496cc5a5e55dfa2ca02201f39b486a9bf76f84a"
    "f443365b662082b90f6617b6414b5b10fbcd050bc60b11";

Bytes bytes(const std::string& hex) { return from_hex(hex).value(); }

std::string number(std::size_t size, const std::string& first) {
  return first + std::string(2 * size - first.size(), '5');
}

}  // namespace

TEST_CASE("A signature of OpenSSL's comes apart into its two numbers") {
  SUBCASE("with a zero before each") {
    const auto der = bytes(kBothHigh);
    const auto parsed = parse_ecdsa_signature(der);
    REQUIRE(parsed.has_value());
    CHECK(to_hex(parsed->r) == to_hex(ByteView(der).subspan(5, 32)));
    CHECK(to_hex(parsed->s) == to_hex(ByteView(der).subspan(40, 32)));
  }
  SUBCASE("without") {
    const auto der = bytes(kBothLow);
    const auto parsed = parse_ecdsa_signature(der);
    REQUIRE(parsed.has_value());
    CHECK(to_hex(parsed->r) == to_hex(ByteView(der).subspan(4, 32)));
    CHECK(to_hex(parsed->s) == to_hex(ByteView(der).subspan(38, 32)));
  }
}

TEST_CASE("A small number of a signature is as short as it is") {
  const auto der = bytes("3006020101020207f0");
  const auto too_long = parse_ecdsa_signature(der);
  CHECK_FALSE(too_long.has_value());
  const auto right = bytes("3007020101020207f0");
  const auto parsed = parse_ecdsa_signature(right);
  REQUIRE(parsed.has_value());
  CHECK(to_hex(parsed->r) == "01");
  CHECK(to_hex(parsed->s) == "07f0");
}

TEST_CASE("Every truncation of a signature is refused, and what follows one as well") {
  const auto der = bytes(kBothHigh);
  for (std::size_t size = 0; size < der.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_ecdsa_signature(ByteView(der).first(size)).has_value());
  }
  auto longer = der;
  longer.push_back(0);
  CHECK_FALSE(parse_ecdsa_signature(longer).has_value());
}

TEST_CASE("Every flipped bit of a signature is refused, or another number of the same size") {
  const auto der = bytes(kBothHigh);
  const auto numbers = parse_ecdsa_signature(der);
  REQUIRE(numbers.has_value());
  for (std::size_t bit = 0; bit < 8 * der.size(); ++bit) {
    CAPTURE(bit);
    auto flipped = der;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto parsed = parse_ecdsa_signature(flipped);
    const std::size_t at = bit / 8;
    const bool in_number = (at >= 5 && at < 37) || at >= 40;
    if (!in_number) {
      CHECK_FALSE(parsed.has_value());
    } else if (parsed) {
      CHECK(parsed->r.size() == 32);
      CHECK(parsed->s.size() == 32);
      CHECK(to_hex(parsed->r) + to_hex(parsed->s) != to_hex(numbers->r) + to_hex(numbers->s));
    }
  }
}

TEST_CASE("Numbers that DER or P-256 does not know are refused") {
  const std::string one = "020101";
  const auto sequence = [&](const std::string& number) {
    const auto content = number + one;
    return bytes("30" + to_hex(Bytes{static_cast<std::uint8_t>(content.size() / 2)}) + content);
  };
  REQUIRE(parse_ecdsa_signature(sequence("020101")).has_value());
  for (const std::string& wrong : {
           std::string("020100"),        // zero
           std::string("0200"),          // nothing
           std::string("020181"),        // negative
           std::string("02020001"),      // a zero too many
           std::string("0203000080"),    // two of them
           std::string("030101"),        // no integer
           "0221" + number(33, "01"),    // longer than the curve's order
           "0222" + number(34, "00ff"),  // the same behind a zero
           std::string("02810101"),      // a length that is too long for what it says
       }) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_ecdsa_signature(sequence(wrong)).has_value());
  }
}
