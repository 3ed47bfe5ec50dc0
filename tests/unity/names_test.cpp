// SPDX-License-Identifier: MIT
#include "tests/unity/test_names.hpp"
#include "tests/unity/unity.hpp"

using latchkey::unity::field;
using latchkey::unity::TestNames;

TEST_CASE("a sentence becomes an identifier") {
  TestNames names;
  CHECK(names.identifier("a key, once written, stays") == "a_key_once_written_stays");
  CHECK(names.identifier("  \"quoted\"  ") == "quoted");
  CHECK(names.identifier("3 codes a window") == "test_3_codes_a_window");
  CHECK(names.identifier("") == "test");
  CHECK(names.identifier("\xC3\xBC") == "test_2");
}

TEST_CASE("two sentences that become the same identifier are told apart") {
  TestNames names;
  CHECK(names.identifier("it works") == "it_works");
  CHECK(names.identifier("it works!") == "it_works_2");
  CHECK(names.identifier("it works 2") == "it_works_2_2");
  CHECK(names.identifier("it works?") == "it_works_3");
}

TEST_CASE("a field holds nothing that a line-by-line parser would split at") {
  CHECK(field("std::string") == "std;;string");
  CHECK(field("a\r\nb\x1B[1m\xC3") == "a\\r\\nb\\x1B[1m\\xC3");
}
