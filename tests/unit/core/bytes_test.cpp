// SPDX-License-Identifier: MIT
#include "core/bytes.hpp"

#include <doctest/doctest.h>

using namespace latchkey;

TEST_CASE("hexadecimal survives the round trip") {
  const Bytes all{0x00, 0x01, 0x7f, 0x80, 0xff};
  CHECK(to_hex(all) == "00017f80ff");
  CHECK(from_hex("00017F80ff").value() == all);
}

TEST_CASE("what is not hexadecimal is refused") {
  CHECK(from_hex("0").error().is(Errc::truncated));
  CHECK(from_hex("0g").error().is(Errc::malformed));
  CHECK(from_hex(" 0").error().is(Errc::malformed));
}
