// SPDX-License-Identifier: MIT
#include "hal/fido/sim/u2f/apdu.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using fido::sim::Apdu;

namespace {

std::string data_of(std::string_view hex) {
  const auto message = from_hex(hex).value();
  const auto apdu = Apdu::parse(message);
  return apdu ? to_hex(apdu->data) : "none";
}

}  // namespace

TEST_CASE("an APDU has a header of four bytes") {
  const auto message = from_hex("01020304").value();
  const auto apdu = Apdu::parse(message);
  REQUIRE(apdu);
  CHECK(apdu->command_class == 1);
  CHECK(apdu->instruction == 2);
  CHECK(apdu->parameter_1 == 3);
  CHECK(apdu->parameter_2 == 4);
  CHECK(apdu->data.empty());
  for (std::size_t size = 0; size < 4; ++size)
    CHECK_FALSE(Apdu::parse(ByteView(message).first(size)));
}

TEST_CASE("an APDU without data may say how long the answer may be") {
  CHECK(data_of("00030000").empty());
  CHECK(data_of("0003000000").empty());
  CHECK(data_of("00030000ff").empty());
  CHECK(data_of("00030000000000").empty());
  CHECK(data_of("0003000000ffff").empty());
  CHECK(data_of("000300000000000000").empty());
}

TEST_CASE("data come with a short length or an extended one, with and without Le") {
  CHECK(data_of("0001000002abcd") == "abcd");
  CHECK(data_of("0001000002abcd00") == "abcd");
  CHECK(data_of("00010000000002abcd") == "abcd");
  CHECK(data_of("00010000000002abcd0000") == "abcd");
  const std::string long_data(2 * 0x0123, 'a');
  CHECK(data_of("00010000000123" + long_data + "0000") == long_data);
}

TEST_CASE("lengths that do not fit the message are refused") {
  for (const auto* hex :
       {"000100000000", "0001000002ab", "0001000002abcdabcd", "00010000000002ab",
        "00010000000002abcd00", "00010000000002abcd000000", "0001000000000100000000",
        "00010000000000ff", "0001000000ffffab", "00010000ffab"}) {
    CAPTURE(hex);
    CHECK(data_of(hex) == "none");
  }
}
