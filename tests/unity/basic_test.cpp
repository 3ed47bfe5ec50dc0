// SPDX-License-Identifier: MIT
#include <string>

#include "tests/unity/unity.hpp"

namespace {

int g_lines_after_end = 0;

void ignore_from_afar() { TEST_IGNORE_MESSAGE("no such hardware here"); }

}  // namespace

TEST_CASE("conditions that hold pass") {
  TEST_ASSERT(1 + 1 == 2);
  TEST_ASSERT_MESSAGE(true, "unseen");
  TEST_ASSERT_TRUE(true);
  TEST_ASSERT_TRUE_MESSAGE(true, "unseen");
  TEST_ASSERT_UNLESS(false);
  TEST_ASSERT_UNLESS_MESSAGE(false, "unseen");
  TEST_ASSERT_FALSE(false);
  TEST_ASSERT_FALSE_MESSAGE(false, "unseen");
}

TEST_CASE("pointers that are as wanted pass") {
  const int number = 7;
  const int* nothing = nullptr;
  const char* text = "text";
  TEST_ASSERT_NULL(nothing);
  TEST_ASSERT_NULL_MESSAGE(nullptr, "unseen");
  TEST_ASSERT_NOT_NULL(&number);
  TEST_ASSERT_NOT_NULL_MESSAGE(&number, "unseen");
  TEST_ASSERT_EMPTY("");
  TEST_ASSERT_EMPTY_MESSAGE("", "unseen");
  TEST_ASSERT_NOT_EMPTY(text);
  TEST_ASSERT_NOT_EMPTY_MESSAGE(text, "unseen");
}

TEST_CASE("an assertion works as the only statement of an if") {
  if (g_lines_after_end == 0)
    TEST_ASSERT_TRUE(true);
  else
    TEST_ASSERT_EQUAL_INT(1, 2);
}

TEST_CASE("pass ends a test") {
  TEST_PASS();
  ++g_lines_after_end;
}

TEST_CASE("pass with a message ends a test") {
  TEST_PASS_MESSAGE("seen enough");
  ++g_lines_after_end;
}

TEST_CASE("ignore ends a test") {
  TEST_IGNORE();
  ++g_lines_after_end;
}

TEST_CASE("ignore ends a test from within a function, and destroys what it had made") {
  struct Count {
    ~Count() { ++destroyed(); }
    static int& destroyed() {
      static int number = 0;
      return number;
    }
  };
  SUBCASE("ignored") {
    const Count count;
    ignore_from_afar();
    ++g_lines_after_end;
  }
  SUBCASE("and after it") { CHECK(Count::destroyed() == 1); }
}

TEST_CASE("a remark does not end a test") {
  const int before = g_lines_after_end;
  TEST_MESSAGE("just saying");
  CHECK(before == 0);
}
