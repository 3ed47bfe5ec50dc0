// SPDX-License-Identifier: MIT
#include "core/attest/aaguid.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::attest;

TEST_CASE("an AAGUID is written as a UUID, and read as one") {
  const std::string yubikey = "2fc0579f-8113-47ea-b116-bb5a8db9202a";
  const auto aaguid = parse_aaguid(yubikey).value();
  CHECK(to_hex(aaguid) == "2fc0579f811347eab116bb5a8db9202a");
  CHECK(format_aaguid(aaguid) == yubikey);
  CHECK(parse_aaguid("2FC0579F-8113-47EA-B116-BB5A8DB9202A").value() == aaguid);
  CHECK(format_aaguid({}) == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("nothing else is") {
  for (const auto* text :
       {"", "2fc0579f811347eab116bb5a8db9202a", "2fc0579f-8113-47ea-b116-bb5a8db9202",
        "2fc0579f-8113-47ea-b116-bb5a8db9202a0", "2fc0579f-8113-47ea-b116_bb5a8db9202a",
        "2fc0579f8-113-47ea-b116-bb5a8db9202a", "2fc0579g-8113-47ea-b116-bb5a8db9202a",
        "{2fc0579f-8113-47ea-b116-bb5a8db9202}", "------------------------------------"}) {
    CAPTURE(text);
    CHECK(parse_aaguid(text).error().is(Errc::malformed));
  }
}
