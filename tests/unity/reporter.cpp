// SPDX-License-Identifier: MIT
#include "tests/unity/reporter.hpp"

#include <ostream>
#include <sstream>
#include <utility>

#include "tests/unity/outcome.hpp"

namespace latchkey::unity {

namespace {

/// doctest's own assertions in Unity's words: "Expected a == b Was 1 == 2".
std::string said(const doctest::AssertData& assertion) {
  using namespace doctest::assertType;
  const auto kind = assertion.m_at;
  const std::string expression = assertion.m_expr;
  const std::string exception = assertion.m_exception.c_str();
  if ((kind & is_throws) != 0) {
    return assertion.m_threw ? "Expected " + expression + " To Throw As Asked Was " + exception
                             : "Expected " + expression + " To Throw Was Nothing";
  }
  if ((kind & (is_throws_as | is_throws_with)) != 0) {
    std::string wanted = "Expected " + expression + " To Throw";
    if ((kind & is_throws_as) != 0) {
      wanted += std::string(" ") + assertion.m_exception_type;
    }
    if ((kind & is_throws_with) != 0) {
      wanted += std::string(" '") + assertion.m_exception_string.c_str() + "'";
    }
    return wanted + " Was " + (assertion.m_threw ? exception : "Nothing");
  }
  if (assertion.m_threw) {
    return "Expected " + expression + " Threw " + exception;
  }
  const std::string wanted = (kind & is_false) != 0 ? "Expected Not " : "Expected ";
  return wanted + expression + " Was " + assertion.m_decomp.c_str();
}

/// Why doctest holds a test for failed that has no failed assertion.
std::string reason(int flags) {
  using namespace doctest::TestCaseFailureReason;
  if ((flags & ShouldHaveFailedButDidnt) != 0) {
    return "Expected To Fail Was Passed";
  }
  if ((flags & DidntFailExactlyNumTimes) != 0) {
    return "Another Number Of Failures Was Expected";
  }
  if ((flags & Timeout) != 0) {
    return "Took Longer Than Its Limit";
  }
  return "Failed";
}

}  // namespace

void Reporter::report_query(const doctest::QueryData& query) {
  for (unsigned index = 0; index < query.num_data; ++index) {
    *options_.cout << names_.identifier(query.data[index]->m_name) << '\n';
  }
}

void Reporter::test_case_start(const doctest::TestCaseData& test) {
  test_ = &test;
  name_ = names_.identifier(test.m_name);
  subcases_.clear();
  failure_.reset();
  more_failures_ = 0;
  ignored_.reset();
  ++tests_;
}

void Reporter::test_case_skipped(const doctest::TestCaseData& test) {
  // Not shown, but its name is taken: names do not depend on the filters.
  static_cast<void>(names_.identifier(test.m_name));
}

void Reporter::test_case_end(const doctest::CurrentTestCaseStats& stats) {
  const std::lock_guard lock(mutex_);
  const auto line = static_cast<int>(test_->m_line);
  const std::string file = test_->m_file.c_str();
  if (!stats.testCaseSuccess) {
    auto failure = failure_.value_or(Remark{file, line, reason(stats.failure_flags)});
    if (more_failures_ > 0) {
      failure.text += " (and " + std::to_string(more_failures_) + " more)";
    }
    print(failure.file, failure.line, "FAIL", failure.text);
  } else if (ignored_) {
    ++ignored_tests_;
    print(ignored_->file, ignored_->line, "IGNORE", ignored_->text);
  } else {
    print(file, line, "PASS", {});
  }
}

void Reporter::test_run_end(const doctest::TestRunStats& stats) {
  *options_.cout << "\n-----------------------\n"
                 << tests_ << " Tests " << stats.numTestCasesFailed << " Failures "
                 << ignored_tests_ << " Ignored\n"
                 << (stats.numTestCasesFailed == 0 ? "OK" : "FAIL") << '\n'
                 << std::flush;
}

void Reporter::test_case_exception(const doctest::TestCaseException& exception) {
  const std::lock_guard lock(mutex_);
  const char* what = exception.is_crash ? "Crashed With " : "Threw ";
  add_failure(test_->m_file.c_str(), static_cast<int>(test_->m_line),
              what + std::string(exception.error_string.c_str()));
}

void Reporter::subcase_start(const doctest::SubcaseSignature& subcase) {
  const std::lock_guard lock(mutex_);
  subcases_.emplace_back(subcase.m_name.c_str());
}

void Reporter::subcase_end() {
  const std::lock_guard lock(mutex_);
  if (!subcases_.empty()) {
    subcases_.pop_back();
  }
}

void Reporter::log_assert(const doctest::AssertData& assertion) {
  if (!assertion.m_failed) {
    return;
  }
  const bool is_warning = (assertion.m_at & doctest::assertType::is_warn) != 0;
  const std::lock_guard lock(mutex_);
  if (is_warning) {
    print(assertion.m_file, assertion.m_line, "INFO", said(assertion));
  } else {
    add_failure(assertion.m_file, assertion.m_line, said(assertion));
  }
}

void Reporter::log_message(const doctest::MessageData& message) {
  const std::string text = message.m_string.c_str();
  const std::lock_guard lock(mutex_);
  if ((message.m_severity & doctest::assertType::is_warn) == 0) {
    add_failure(message.m_file, message.m_line, text);
  } else if (text == kIgnoreTag || text.starts_with(std::string(kIgnoreTag) + ": ")) {
    const auto why = text.size() > kIgnoreTag.size() ? text.substr(kIgnoreTag.size() + 2) : "";
    ignored_ = Remark{message.m_file, message.m_line, why};
  } else {
    print(message.m_file, message.m_line, "INFO", text);
  }
}

void Reporter::add_failure(const char* file, int line, std::string text) {
  if (failure_) {
    ++more_failures_;
    return;
  }
  for (int index = 0; index < get_num_active_contexts(); ++index) {
    std::ostringstream context;
    get_active_contexts()[index]->stringify(&context);
    text += ". " + context.str();
  }
  std::string path;
  for (const auto& subcase : subcases_) {
    path += (path.empty() ? "" : " / ") + subcase;
  }
  if (!path.empty()) {
    text += " (in " + path + ")";
  }
  failure_ = Remark{file, line, std::move(text)};
}

void Reporter::print(const std::string& file, int line, std::string_view outcome,
                     std::string_view text) {
  *options_.cout << doctest::skipPathFromFilename(file.c_str()) << ':'
                 << (options_.no_line_numbers ? 0 : line) << ':' << name_ << ':' << outcome;
  if (!text.empty()) {
    *options_.cout << ": " << field(text);
  }
  *options_.cout << '\n' << std::flush;
}

}  // namespace latchkey::unity
