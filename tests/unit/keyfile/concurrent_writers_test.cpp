// SPDX-License-Identifier: MIT
/// Several programs write authorized_keys at the same time: no line is lost.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <map>
#include <sstream>

#include "firmware/keyfile/line_writer.hpp"
#include "hal/files/sim/sim_key_files.hpp"
#include "tests/unit/keyfile/scratch_home.hpp"
#include "tests/unit/keyfile/traced_child.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using namespace latchkey::keyfile::test;
namespace fs = std::filesystem;

namespace {

/// What ssh-copy-id does: cat >> authorized_keys.
void append(const fs::path& path, const std::string& line) {
  const int number = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const auto text = line + "\n";
  if (number < 0 ||
      ::write(number, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    ::_exit(3);
  }
  ::close(number);
}

std::map<std::string, int> lines_of(const fs::path& path) {
  std::map<std::string, int> lines;
  std::istringstream content(ScratchHome::read(path));
  for (std::string line; std::getline(content, line);) ++lines[line];
  return lines;
}

pid_t start(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  return child;
}

bool ended_well(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("a line appended before any call across the seam is there at the end") {
  const std::string old = key_line(7, "old") + "\n";
  for (const bool exchanges : {true, false}) {
    bool appended = true;
    for (std::size_t number = 0; appended; ++number) {
      const ScratchHome home(fast_folder());
      home.write_keys(old);
      appended = false;
      std::string verb;
      auto faults = files::FileFaults([&](const auto& operation) -> std::optional<int> {
        if (!exchanges && operation.verb == "exchange") return EOPNOTSUPP;
        if (operation.number != number) return std::nullopt;
        append(home.keys(), key_line(8, "appended"));
        appended = true;
        verb = operation.verb;
        return std::nullopt;
      });
      files::LinuxKeyFiles real;
      files::SimKeyFiles sim(real, faults);
      crypto::SystemRandom random;
      const auto answer = keyfile::add(sim, random, home.target(), line_for(1));
      CAPTURE(number);
      CAPTURE(verb);
      CHECK(answer.outcome == Outcome::added);
      auto lines = lines_of(home.keys());
      CHECK(lines.size() == (appended ? 3U : 2U));
      CHECK(lines[key_line(7, "old")] == 1);
      CHECK(lines[key_line(1, "anna@laptop")] == 1);
      CHECK(lines[key_line(8, "appended")] == (appended ? 1 : 0));
      CHECK(ScratchHome::names(home.ssh()) == "authorized_keys ");
    }
  }
}

TEST_CASE("another program's own rename, at any moment before the swap, is not lost") {
  bool renamed = true;
  for (std::size_t number = 0; renamed; ++number) {
    const ScratchHome home(fast_folder());
    home.write_keys(key_line(7, "old") + "\n");
    renamed = false;
    auto faults = files::FileFaults([&](const auto& operation) -> std::optional<int> {
      if (operation.number == number) {
        // It has read the file just now: an editor with a stale buffer is another matter.
        const auto content = home.read_keys();
        home.write(home.ssh() / "theirs", content + key_line(8, "renamed") + "\n");
        fs::rename(home.ssh() / "theirs", home.keys());
        renamed = true;
      }
      return std::nullopt;
    });
    files::LinuxKeyFiles real;
    files::SimKeyFiles sim(real, faults);
    crypto::SystemRandom random;
    CAPTURE(number);
    CHECK(keyfile::add(sim, random, home.target(), line_for(1)).outcome == Outcome::added);
    auto lines = lines_of(home.keys());
    CHECK(lines[key_line(7, "old")] == 1);
    CHECK(lines[key_line(1, "anna@laptop")] == 1);
    CHECK(lines[key_line(8, "renamed")] == (renamed ? 1 : 0));
  }
}

TEST_CASE("a line that another program takes out meanwhile stays out") {
  const ScratchHome home(fast_folder());
  const auto revoked = key_line(6, "revoked") + "\n";
  home.write_keys(revoked + key_line(7, "old") + "\n");
  files::FileFaults faults([&](const auto& operation) -> std::optional<int> {
    if (operation.verb == "exchange" && home.read_keys().find(revoked) == 0) {
      std::ofstream(home.keys(), std::ios::trunc) << key_line(7, "old") << "\n";
    }
    return std::nullopt;
  });
  files::LinuxKeyFiles real;
  files::SimKeyFiles sim(real, faults);
  crypto::SystemRandom random;
  CHECK(keyfile::add(sim, random, home.target(), line_for(1)).outcome == Outcome::added);
  CHECK(home.read_keys() == key_line(7, "old") + "\n" + key_line(1, "anna@laptop") + "\n");
}

TEST_CASE("who has the file open for writing before us is waited for") {
  const ScratchHome home(fast_folder());
  home.write_keys("");
  const int number = ::open(home.keys().c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  files::FileFaults faults;
  faults.refuse("wait_for_writers", ETIMEDOUT);
  files::LinuxKeyFiles real;
  files::SimKeyFiles sim(real, faults);
  crypto::SystemRandom random;
  CHECK(keyfile::add(sim, random, home.target(), line_for(1)).reason == Reason::busy);
  ::close(number);
  CHECK(keyfile::add(real, random, home.target(), line_for(1)).outcome == Outcome::added);
}

// LATCHKEY_RACE_ROUNDS=20000 for a longer run.
TEST_CASE("thousands of appends beside two writers: none is lost") {
  const char* wanted = std::getenv("LATCHKEY_RACE_ROUNDS");
  const auto rounds = static_cast<std::uint32_t>(wanted != nullptr ? std::atol(wanted) : 1000);
  constexpr std::uint32_t kBatch = 200;
  std::uint32_t lost = 0;
  std::uint32_t orders = 0;
  for (std::uint32_t first = 0; first < rounds; first += kBatch) {
    const ScratchHome home(fast_folder());
    home.write_keys("");
    const auto work = [&](std::uint32_t from) {
      files::LinuxKeyFiles real;
      crypto::SystemRandom random;
      // Who is told that the file never stands still tries again, as a person would.
      const auto insist = [](const auto& order) {
        auto answer = order();
        while (answer.reason == Reason::busy) answer = order();
        return answer.outcome;
      };
      for (std::uint32_t i = 0; i < kBatch / 4; ++i) {
        const auto add = [&](std::uint32_t key, const char* comment) {
          return insist(
              [&] { return keyfile::add(real, random, home.target(), line_for(key, comment)); });
        };
        if (add(from + i, "kept") != Outcome::added) ::_exit(4);
        if (add(1, "passing") == Outcome::refused) ::_exit(5);
        const auto removed = insist(
            [&] { return keyfile::remove(real, random, home.target(), line_for(1, "passing")); });
        if (removed == Outcome::refused) ::_exit(6);
      }
    };
    const pid_t one = start([&] { work(100'000); });
    const pid_t two = start([&] { work(200'000); });
    const pid_t appender = start([&] {
      for (std::uint32_t i = 0; i < kBatch; ++i) {
        append(home.keys(), key_line(300'000 + i, "appended"));
        ::sched_yield();
      }
    });
    CHECK(ended_well(one));
    CHECK(ended_well(two));
    CHECK(ended_well(appender));
    auto lines = lines_of(home.keys());
    for (std::uint32_t i = 0; i < kBatch; ++i) {
      if (lines[key_line(300'000 + i, "appended")] != 1) ++lost;
    }
    for (std::uint32_t i = 0; i < kBatch / 4; ++i) {
      if (lines[key_line(100'000 + i, "kept")] != 1) ++lost;
      if (lines[key_line(200'000 + i, "kept")] != 1) ++lost;
    }
    orders += kBatch / 4 * 6;
  }
  CHECK(lost == 0);
  MESSAGE(orders << " orders beside " << rounds << " appends");
}
