// SPDX-License-Identifier: MIT
#include "hal/fido/pin.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <type_traits>

using namespace latchkey;
using latchkey::fido::Pin;

TEST_CASE("A PIN has four characters to 63 bytes, and is what was typed") {
  for (const std::string& typed : {std::string("1234"), std::string("päß!"),
                                   std::string("\xF0\x9F\x94\x91\xF0\x9F\x94\x91"
                                               "12"),
                                   std::string(63, 'x')}) {
    CAPTURE(typed);
    const auto pin = Pin::from(typed);
    REQUIRE(pin.has_value());
    CHECK(pin->c_str() == typed);
    CHECK(as_text(pin->bytes()) == typed);
  }
}

TEST_CASE("What no key could have is no PIN") {
  for (const std::string& typed :
       {std::string(), std::string("123"), std::string("äöü"), std::string(64, 'x'),
        std::string("12\0"
                    "34",
                    5),
        std::string("1234\0", 5), std::string("1234\x80"), std::string("1234\xC0\x80"),
        std::string("1234\xED\xA0\x80"), std::string("1234\xF4\x90\x80\x80"),
        std::string("1234\xE2\x82"), std::string("1234\xE2\x82z"),
        std::string("\xFF\xFF\xFF\xFF")}) {
    CAPTURE(to_hex(as_bytes(typed)));
    CHECK_FALSE(Pin::from(typed).has_value());
  }
}

TEST_CASE("A PIN can be moved and leaves nothing behind, but not copied") {
  static_assert(!std::is_copy_constructible_v<Pin>);
  static_assert(!std::is_copy_assignable_v<Pin>);
  auto pin = Pin::from("secret");
  REQUIRE(pin.has_value());
  const Pin moved = *std::move(pin);
  CHECK(std::strcmp(moved.c_str(), "secret") == 0);
  // NOLINTNEXTLINE(bugprone-use-after-move): that is what is tested
  CHECK(std::strlen(pin->c_str()) == 0);
}
