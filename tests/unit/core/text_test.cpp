// SPDX-License-Identifier: MIT
#include "core/text.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace std::string_view_literals;

TEST_CASE("text that a person can read is printable") {
  for (const auto text : {""sv, "ada@laptop"sv, "Zoë's Rechner"sv, "日本語"sv, "🔑"sv, "~ !"sv}) {
    CAPTURE(text);
    CHECK(is_printable(text));
  }
}

TEST_CASE("text that moves the cursor, hides or turns around is not") {
  for (const auto text : {"a\nb"sv, "a\r"sv, "\t"sv, "\0"sv, "\x1b[31m"sv, "\x7f"sv, "\xc2\x80"sv,
                          // NOLINTNEXTLINE(misc-misleading-bidirectional): that is what is refused
                          "\xc2\x9b"sv, "\xe2\x80\xa8"sv, "\xe2\x80\xae"sv, "\xe2\x81\xa6"sv,
                          "\xe2\x80\x8f"sv, "\xd8\x9c"sv, "\xef\xbb\xbf"sv}) {
    CAPTURE(text);
    CHECK_FALSE(is_printable(text));
  }
}

TEST_CASE("what is not UTF-8 is not printable") {
  for (const auto text :
       {"\x80"sv, "\xff"sv, "\xc3"sv, "\xc3("sv, "\xe2\x82"sv, "\xc0\xaf"sv, "\xc1\xbf"sv,
        "\xe0\x80\xaf"sv, "\xf0\x80\x80\xaf"sv, "\xed\xa0\x80"sv, "\xed\xbf\xbf"sv,
        "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xf8\x88\x80\x80\x80"sv}) {
    CAPTURE(text);
    CHECK_FALSE(is_printable(text));
  }
}

TEST_CASE("a name is made printable, and cut between two characters") {
  CHECK(make_printable("ada@laptop", 64) == "ada@laptop");
  CHECK(make_printable("a\nb\x1b[2J", 64) == "a?b?[2J");
  CHECK(make_printable("ab\xff\xc3", 64) == "ab??");
  CHECK(make_printable("ééé", 5) == "éé");
  CHECK(make_printable("abc", 0).empty());
  CHECK(make_printable(std::string(100, 'x'), 64) == std::string(64, 'x'));
}
