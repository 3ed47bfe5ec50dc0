// SPDX-License-Identifier: MIT
// doctest's own ways to fail, pass and be left out, as the unity reporter shows them.
#include <stdexcept>

#include "tests/unity/unity.hpp"

namespace {

void no_throw() {}
void throw_it() { throw std::runtime_error("it: broke"); }

}  // namespace

TEST_CASE("a check fails, and the test goes on to fail again") {
  const int one = 1;
  CHECK(one == 2);
  CHECK(one == 3);
  CHECK_FALSE(one == 1);
}

TEST_CASE("a negated requirement fails") {
  const int one = 1;
  REQUIRE_FALSE(one == 1);
}

TEST_CASE("what surrounds a failure is told") {
  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    REQUIRE(round == 0);
  }
}

TEST_CASE("an exception ends a test") { throw_it(); }

TEST_CASE("an exception that was expected does not come") { CHECK_THROWS(no_throw()); }

TEST_CASE("another exception than expected comes") {
  CHECK_THROWS_AS(throw_it(), std::logic_error);
}

TEST_CASE("an exception comes unexpected") { CHECK_NOTHROW(throw_it()); }

TEST_CASE("a subcase fails") {
  SUBCASE("first") { CHECK(true); }
  SUBCASE("second") {
    SUBCASE("inner") { TEST_ASSERT_EQUAL_INT(1, 2); }
  }
  SUBCASE("third") { CHECK(true); }
}

TEST_CASE("a name twice") { CHECK(true); }
TEST_CASE("a name, twice") { CHECK(true); }

TEST_CASE("ignored") { TEST_IGNORE(); }
TEST_CASE("ignored with a reason") { TEST_IGNORE_MESSAGE("needs a board"); }
TEST_CASE("one way ignored, another passed") {
  SUBCASE("ignored") { TEST_IGNORE_MESSAGE("not here"); }
  SUBCASE("passed") { CHECK(true); }
}
TEST_CASE("failed before it was ignored") {
  CHECK(false);
  TEST_IGNORE();
}
TEST_CASE("a remark, then passed") {
  TEST_MESSAGE("just saying");
  TEST_PASS();
}
TEST_CASE("should fail and does" * doctest::should_fail()) { CHECK(false); }
TEST_CASE("should fail and does not" * doctest::should_fail()) { CHECK(true); }
TEST_CASE("may fail and does" * doctest::may_fail()) { CHECK(false); }
TEST_CASE("left out" * doctest::skip()) { CHECK(false); }
