// SPDX-License-Identifier: MIT
// A key with a scripted authenticator on stdin and stdout, 64 bytes a report, for clients written
// by others. Its clock stands still but for waiting: then it runs from keep-alive to keep-alive.
// The person answers yes when asked for the third time; with "nobody", never. With "still", never,
// and the clock stands for good.
#include <unistd.h>

#include <string_view>

#include "tests/unit/hal/fido/ctaphid/bench.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;

namespace {

bool read_report(Report& report) {
  std::size_t done = 0;
  while (done < report.size()) {
    const auto got = ::read(STDIN_FILENO, report.data() + done, report.size() - done);
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

bool write_reports(CtapHid& key) {
  while (const auto report = key.give()) {
    if (::write(STDOUT_FILENO, report->data(), report->size()) != ssize_t{kReportSize})
      return false;
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  bench::Bench bench;
  const std::string_view mode = count > 1 ? arguments[1] : "";
  bench.authenticator.yes_after = mode.empty() ? 3 : 0;
  Report report{};
  while (read_report(report)) {
    bench.send(report);
    while (bench.key.waiting_for() != nullptr && mode != "still") {
      if (!write_reports(bench.key)) return 1;
      bench.pass(*bench.key.wakes_at() - bench.now);
    }
    if (!write_reports(bench.key)) return 1;
    bench.authenticator.asked = 0;
  }
  return 0;
}
