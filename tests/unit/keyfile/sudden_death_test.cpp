// SPDX-License-Identifier: MIT
/// The writer is killed: at each call across the seam, and at each system call.
#include <doctest/doctest.h>

#include "firmware/keyfile/line_writer.hpp"
#include "hal/files/sim/sim_key_files.hpp"
#include "tests/unit/keyfile/scratch_home.hpp"
#include "tests/unit/keyfile/traced_child.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using namespace latchkey::keyfile::test;

namespace {

const std::string kOld = key_line(7, "old") + "\n";
const std::string kNew = kOld + key_line(1, "anna@laptop") + "\n";

/// After the death: old or new, and the next order puts everything right.
void check_survival(const ScratchHome& home, const std::string& old, const std::string& fresh) {
  const bool is_there = std::filesystem::exists(home.keys());
  const auto content = home.read_keys();
  CHECK((content == old || content == fresh));
  CHECK((is_there || old.empty()));

  files::LinuxKeyFiles real;
  crypto::SystemRandom random;
  auto line = line_for(1);
  line.now = WallTime(std::chrono::seconds(4'000'000'000));  // all that is left is old by then
  const auto answer = keyfile::add(real, random, home.target(), line);
  CHECK((answer.outcome == Outcome::added || answer.outcome == Outcome::already_there));
  CHECK(home.read_keys() == fresh);
  CHECK(ScratchHome::names(home.ssh()) == "authorized_keys ");
}

void add_in_child(const ScratchHome& home) {
  files::LinuxKeyFiles real;
  crypto::SystemRandom random;
  (void)keyfile::add(real, random, home.target(), line_for(1));
}

}  // namespace

TEST_CASE("kill -9 at each call across the seam leaves the old file or the new one") {
  for (const bool has_file : {true, false}) {
    const auto old = has_file ? kOld : "";
    const auto fresh = has_file ? kNew : key_line(1, "anna@laptop") + "\n";
    bool died = true;
    std::size_t number = 0;
    for (; died; ++number) {
      const ScratchHome home(fast_folder());
      if (has_file) home.write_keys(kOld);
      const int status = run_child([&] {
        files::LinuxKeyFiles real;
        auto faults = files::FileFaults::run_at(number, [] { ::kill(::getpid(), SIGKILL); });
        files::SimKeyFiles sim(real, faults);
        crypto::SystemRandom random;
        (void)keyfile::add(sim, random, home.target(), line_for(1));
      });
      died = WIFSIGNALED(status);
      CAPTURE(number);
      check_survival(home, old, fresh);
    }
    CHECK(number > 20);
  }
}

TEST_CASE("kill -9 at each system call leaves the old file or the new one") {
  bool reached = true;
  std::size_t number = 0;
  for (; reached; ++number) {
    const ScratchHome home(fast_folder());
    home.write_keys(kOld);
    const auto got_there = interrupt_child(
        number, [&] { add_in_child(home); }, [](pid_t child) { ::kill(child, SIGKILL); });
    if (!got_there) {
      MESSAGE("skipped: tracing is not allowed here");
      return;
    }
    reached = *got_there;
    CAPTURE(number);
    check_survival(home, kOld, kNew);
  }
  CHECK(number > 40);
}
