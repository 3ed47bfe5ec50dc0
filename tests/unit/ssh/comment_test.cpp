// SPDX-License-Identifier: MIT
#include "core/ssh/comment.hpp"

#include <doctest/doctest.h>

using latchkey::ssh::kMaxComment;
using latchkey::ssh::sanitize_comment;

TEST_CASE("ordinary comments are kept") {
  CHECK(sanitize_comment("anna@laptop") == "anna@laptop");
  CHECK(sanitize_comment("Jürgen's Schlüssel 🔑") == "Jürgen's Schlüssel 🔑");
  CHECK(sanitize_comment("") == "");
}

TEST_CASE("spaces at both ends go") {
  CHECK(sanitize_comment("  a  b  ") == "a  b");
  CHECK(sanitize_comment("   ") == "");
}

TEST_CASE("control characters and what cannot be seen become question marks") {
  CHECK(sanitize_comment("a\nb") == "a?b");
  CHECK(sanitize_comment("a\r\nb") == "a??b");
  CHECK(sanitize_comment(std::string("a\0b", 3)) == "a?b");
  CHECK(sanitize_comment("\x1b[2Jx") == "?[2Jx");
  CHECK(sanitize_comment("a\tb") == "a?b");
  CHECK(sanitize_comment("a\x7f") == "a?");
  CHECK(sanitize_comment("a\xc2\x9b"
                         "b") == "a?b");  // C1, a second ESC [
  // In two parts, since the compiler's tools refuse a right-to-left override in a source file.
  CHECK(sanitize_comment(std::string("a\xe2\x80") + "\xaexe.b") == "a?xe.b");
  CHECK(sanitize_comment("a\xe2\x80\xa8"
                         "b") == "a?b");  // line separator
  CHECK(sanitize_comment("a\xef\xbb\xbf"
                         "b") == "a?b");  // byte order mark
}

TEST_CASE("each byte that is not UTF-8 becomes a question mark") {
  CHECK(sanitize_comment("\xff") == "?");
  CHECK(sanitize_comment("\x80\x80") == "??");
  CHECK(sanitize_comment("\xc3") == "?");                 // cut short
  CHECK(sanitize_comment("\xc0\xaf") == "??");            // overlong
  CHECK(sanitize_comment("\xe0\x80\xaf") == "???");       // overlong
  CHECK(sanitize_comment("\xed\xa0\x80") == "???");       // a surrogate
  CHECK(sanitize_comment("\xf4\x90\x80\x80") == "????");  // beyond the last character
  CHECK(sanitize_comment("\xf0\x9f\x94") == "???");       // three bytes of four
}

TEST_CASE("the limit is in bytes and never cuts a character") {
  CHECK(sanitize_comment(std::string(kMaxComment, 'a')).size() == kMaxComment);
  CHECK(sanitize_comment(std::string(kMaxComment + 1, 'a')).size() == kMaxComment);
  const std::string one_left(kMaxComment - 1, 'a');
  CHECK(sanitize_comment(one_left + "é") == one_left);
  CHECK(sanitize_comment(one_left + "\xff") == one_left + "?");
}

TEST_CASE("a comment once made clean stays as it is") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const auto& text : {all, all.substr(100), std::string(127, 'a') + " b"}) {
    const auto once = sanitize_comment(text);
    CHECK(sanitize_comment(once) == once);
  }
}
