// SPDX-License-Identifier: MIT
#include "core/ssh/text_lines.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using namespace latchkey::ssh;

namespace {

std::string append(std::string_view old, std::string_view line) {
  return std::string(as_text(append_line(as_bytes(old), line)));
}

std::string remove(std::string_view old, std::string_view line) {
  const auto rest = remove_line(as_bytes(old), line);
  return rest ? std::string(as_text(*rest)) : "not found";
}

}  // namespace

TEST_CASE("lines keep their endings and make up the whole") {
  const std::string text = "a\n\r\nb\r\n\nc";
  const auto lines = split_lines(text);
  REQUIRE(lines.size() == 5);
  CHECK(lines[1] == "\r\n");
  CHECK(lines[4] == "c");
  std::string whole;
  for (const auto line : lines) whole += line;
  CHECK(whole == text);
  CHECK(split_lines("").empty());
}

TEST_CASE("exactly one line is added and the old bytes stay") {
  CHECK(append("", "new") == "new\n");
  CHECK(append("old\n", "new") == "old\nnew\n");
  CHECK(append("old", "new") == "old\nnew\n");
  CHECK(append("old\r\n", "new") == "old\r\nnew\n");
  CHECK(append("a\r\nold", "new") == "a\r\nold\nnew\n");
  CHECK(append("\n\n", "new") == "\n\nnew\n");
  CHECK(append("# \xff no end", "new") == "# \xff no end\nnew\n");
}

TEST_CASE("the last line that is exactly ours is taken out again") {
  CHECK(remove("new\n", "new") == "");
  CHECK(remove("old\nnew\n", "new") == "old\n");
  CHECK(remove("old\nnew", "new") == "old\n");
  CHECK(remove("new\nnew\nold\n", "new") == "new\nold\n");
  CHECK(remove("new\n\n", "new") == "\n");
  CHECK(remove("a\nnew\nb", "new") == "a\nb");
}

TEST_CASE("a line that only resembles ours stays") {
  CHECK(remove("", "new") == "not found");
  CHECK(remove("new \n", "new") == "not found");
  CHECK(remove(" new\n", "new") == "not found");
  CHECK(remove("new\r\n", "new") == "not found");
  CHECK(remove("newer\nrenew\n", "new") == "not found");
}

TEST_CASE("what was appended can be removed, from any file that ended its lines") {
  for (const std::string old : {"", "a\n", "a\r\n", "\n", "new\n", "# x\n\nnew\nb\n"}) {
    CHECK(remove(append(old, "new"), "new") == old);
  }
}

TEST_CASE("the bounds are exact, in bytes and in lines") {
  Bytes bytes(kMaxTextFile, 'a');
  CHECK(check_text_size(bytes, "a test"));
  bytes.push_back('a');
  CHECK(check_text_size(bytes, "a test").error().is(Errc::too_large));
  Bytes lines(kMaxTextLines, '\n');
  CHECK(check_text_size(lines, "a test"));
  lines.push_back('\n');
  CHECK(check_text_size(lines, "a test").error().is(Errc::too_large));
}
