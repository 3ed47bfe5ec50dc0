// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unity/test_names.hpp"

namespace latchkey::unity {

/// doctest's reporter `unity`: one line a test case in the form that Unity's scripts read,
///   file:line:name:PASS | file:line:name:FAIL: message | file:line:name:IGNORE: message
/// remarks as file:line:name:INFO: message, and at the end the counts and OK or FAIL.
/// A test case with subcases is one test; the message of a failure names them.
class Reporter final : public doctest::IReporter {
 public:
  explicit Reporter(const doctest::ContextOptions& options) : options_(options) {}

  void report_query(const doctest::QueryData& query) override;
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats& stats) override;
  void test_case_start(const doctest::TestCaseData& test) override;
  void test_case_reenter(const doctest::TestCaseData&) override { subcases_.clear(); }
  void test_case_end(const doctest::CurrentTestCaseStats& stats) override;
  void test_case_exception(const doctest::TestCaseException& exception) override;
  void subcase_start(const doctest::SubcaseSignature& subcase) override;
  void subcase_end() override;
  void log_assert(const doctest::AssertData& assertion) override;
  void log_message(const doctest::MessageData& message) override;
  void test_case_skipped(const doctest::TestCaseData& test) override;

 private:
  struct Remark {
    std::string file;
    int line;
    std::string text;
  };

  void add_failure(const char* file, int line, std::string text);
  void print(const std::string& file, int line, std::string_view outcome, std::string_view text);

  const doctest::ContextOptions& options_;
  std::mutex mutex_;  // assertions may come from any thread
  TestNames names_;
  const doctest::TestCaseData* test_ = nullptr;
  std::string name_;
  std::vector<std::string> subcases_;
  std::optional<Remark> failure_;
  unsigned more_failures_ = 0;
  std::optional<Remark> ignored_;
  unsigned tests_ = 0;
  unsigned ignored_tests_ = 0;
};

}  // namespace latchkey::unity
