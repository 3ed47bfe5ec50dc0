// SPDX-License-Identifier: MIT
// The main() of every test program: doctest's, with the unity reporter, with tests that can
// end early without failing, and with failure when a run has run nothing.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "tests/unity/outcome.hpp"
#include "tests/unity/reporter.hpp"

namespace latchkey::unity {

namespace {

/// Leaves a test that is over and has not failed.
struct Ended {};

using TestFunction = void (*)();

std::map<const doctest::detail::TestCase*, TestFunction>& test_functions() {
  static std::map<const doctest::detail::TestCase*, TestFunction> functions;
  return functions;
}

/// Stands in for every test's function: doctest would take Ended for a failure.
void run_current_test() {
  try {
    test_functions().at(doctest::detail::g_cs->currentTest)();
  } catch (const Ended&) {
  }
}

void guard_tests() {
  for (const auto& test : doctest::detail::getRegisteredTests()) {
    test_functions().emplace(&test, test.m_test);
    // Elements of a set are const; the function has no part in their order.
    const_cast<doctest::detail::TestCase&>(test).m_test = run_current_test;
  }
}

[[noreturn]] void leave_test() {
  // As doctest's own throwException does: unwinding through a subcase is no surprise.
  doctest::detail::g_cs->shouldLogCurrentException = false;
  throw Ended{};
}

void say(const At& at, const std::string& text) { DOCTEST_ADD_MESSAGE_AT(at.file, at.line, text); }

bool g_run_ended = false;
unsigned g_tests_started = 0;

/// Counts what doctest's exit status does not tell.
struct Witness : doctest::IReporter {
  explicit Witness(const doctest::ContextOptions&) {}
  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override { g_run_ended = true; }
  void test_case_start(const doctest::TestCaseData&) override { ++g_tests_started; }
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_end(const doctest::CurrentTestCaseStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};

DOCTEST_REGISTER_LISTENER("witness", 0, Witness);
DOCTEST_REGISTER_REPORTER("unity", 0, Reporter);

}  // namespace

void passed() { doctest::detail::g_cs->numAssertsCurrentTest_atomic++; }

void failed(const At& at, const std::string& why) {
  auto text = why;
  if (at.message != nullptr) {
    text += std::string(". ") + at.message;
  }
  DOCTEST_ADD_FAIL_AT(at.file, at.line, text);
  std::abort();  // the line above has thrown
}

void ignored(const At& at) {
  auto text = std::string(kIgnoreTag);
  if (at.message != nullptr) {
    text += std::string(": ") + at.message;
  }
  say(at, text);
  leave_test();
}

void ended(const At& at) {
  if (at.message != nullptr) {
    say(at, at.message);
  }
  leave_test();
}

void remark(const At& at) { say(at, at.message); }

void run(TestFunction set_up, TestFunction test, TestFunction tear_down) {
  try {
    set_up();
    test();
  } catch (...) {
    tear_down();
    throw;
  }
  tear_down();
}

}  // namespace latchkey::unity

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  latchkey::unity::guard_tests();
  const int status = context.run();
  if (latchkey::unity::g_run_ended && latchkey::unity::g_tests_started == 0) {
    std::fputs("no test has run: the program has none, or the filters leave none over\n", stderr);
    return EXIT_FAILURE;
  }
  return status;
}
