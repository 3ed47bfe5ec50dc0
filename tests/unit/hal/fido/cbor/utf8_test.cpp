// SPDX-License-Identifier: MIT
#include "hal/fido/sim/cbor/utf8.hpp"

#include <doctest/doctest.h>

using namespace latchkey::fido::sim;

TEST_CASE("code points are counted, not bytes") {
  CHECK(count_code_points("") == 0);
  CHECK(count_code_points("1234") == 4);
  CHECK(count_code_points("\u00e9\u20ac\U0001f511") == 3);
  CHECK(count_code_points(std::string_view("\0", 1)) == 1);
}

TEST_CASE("the ends of each range of RFC 3629 are valid") {
  for (const char* text :
       {"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(text);
    CHECK(count_code_points(text) == 1);
  }
}

TEST_CASE("what is not UTF-8 has no code points") {
  for (const char* text : {"\x80",  // a tail without a lead
                           "\xC3",  // cut short
                           "\xE2\x82", "\xF0\x9F\x94",
                           "\xC3(",  // a lead without a tail
                           "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",  // too long
                           "\xED\xA0\x80", "\xED\xBF\xBF",  // surrogates
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    CAPTURE(text);
    CHECK_FALSE(count_code_points(text));
  }
}
