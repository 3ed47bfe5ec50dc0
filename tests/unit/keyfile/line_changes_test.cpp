// SPDX-License-Identifier: MIT
#include "firmware/keyfile/line_changes.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using keyfile::LineChanges;

namespace {

std::string carried(const std::string& before, const std::string& after, const std::string& newer) {
  return std::string(
      as_text(LineChanges::between(as_bytes(before), as_bytes(after)).applied_to(as_bytes(newer))));
}

}  // namespace

TEST_CASE("nothing changed: nothing to carry over") {
  CHECK(LineChanges::between(as_bytes("a\nb\n"), as_bytes("a\nb\n")).empty());
  CHECK(LineChanges::between(as_bytes("a\nb"), as_bytes("a\nb\n")).empty());
  CHECK(LineChanges::between({}, {}).empty());
}

TEST_CASE("appended lines are carried over in their order") {
  CHECK(carried("a\n", "a\nx\ny\n", "a\nours\n") == "a\nours\nx\ny\n");
  CHECK(carried("", "x\n", "ours\n") == "ours\nx\n");
}

TEST_CASE("a line appended behind a last line without line feed stays two lines") {
  CHECK(carried("a", "a\nx", "a\nours\n") == "a\nours\nx\n");
  CHECK(carried("a\n", "a\nx\n", "a\nours") == "a\nours\nx\n");
}

TEST_CASE("a line taken out meanwhile stays out") {
  CHECK(carried("a\nrevoked\nb\n", "a\nb\n", "a\nrevoked\nb\nours\n") == "a\nb\nours\n");
  CHECK(carried("a\nb\n", "", "a\nb\nours\n") == "ours\n");
}

TEST_CASE("equal lines are counted") {
  CHECK(carried("a\na\n", "a\n", "a\na\nours\n") == "a\nours\n");
  CHECK(carried("a\n", "a\na\n", "a\nours\n") == "a\nours\na\n");
}

TEST_CASE("a carriage return belongs to the line, an empty line is a line") {
  CHECK(carried("a\r\n", "a\r\nx\r\n", "a\r\nours\n") == "a\r\nours\nx\r\n");
  CHECK(carried("a\n", "a\n\n", "a\nours\n") == "a\nours\n\n");
}

TEST_CASE("a line written to its end after it was read by half is whole afterwards") {
  CHECK(carried("a\nhal", "a\nhalf\n", "a\nhal\nours\n") == "a\nours\nhalf\n");
}
