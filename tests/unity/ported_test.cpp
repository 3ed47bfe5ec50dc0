// SPDX-License-Identifier: MIT
// A test file as it comes from Unity: C, setUp and tearDown, and a list of RUN_TESTs, of
// which only the lines of main() around it are gone.
#include "unity.h"

#include <doctest/doctest.h>

static int counter = 0;
static int balance = 0;

static void setUp(void) {
  counter = 40;
  ++balance;
}

static void tearDown(void) { --balance; }

static void test_set_up_runs_before_each_test(void) {
  counter += 2;
  TEST_ASSERT_EQUAL_INT(42, counter);
  TEST_ASSERT_EQUAL_INT(1, balance);
}

static void test_set_up_runs_again(void) { TEST_ASSERT_EQUAL_INT(40, counter); }

static void test_tear_down_runs_after_an_ignored_test(void) { TEST_IGNORE_MESSAGE("on purpose"); }

static void test_tear_down_has_run_each_time(void) { TEST_ASSERT_EQUAL_INT(1, balance); }

UNITY_BEGIN();
RUN_TEST(test_set_up_runs_before_each_test);
RUN_TEST(test_set_up_runs_again);
RUN_TEST(test_tear_down_runs_after_an_ignored_test);
RUN_TEST(test_tear_down_has_run_each_time);
UNITY_END();
