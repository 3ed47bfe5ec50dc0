// SPDX-License-Identifier: MIT
/// The user moves his files about while the writer works: nothing outside the home is touched.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <atomic>
#include <random>
#include <thread>

#include "firmware/keyfile/line_writer.hpp"
#include "hal/files/sim/sim_key_files.hpp"
#include "tests/unit/keyfile/scratch_home.hpp"
#include "tests/unit/keyfile/traced_child.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using namespace latchkey::keyfile::test;
namespace fs = std::filesystem;

namespace {

const std::string kOld = key_line(7, "old") + "\n";

/// A directory outside the home that looks like a .ssh, and must stay as it is.
class Outside final {
 public:
  explicit Outside(const ScratchHome& home) : folder_(home.root() / "outside") {
    fs::create_directory(folder_);
    ::chmod(folder_.c_str(), 0700);
    std::ofstream(victim()) << "victim\n";
    ::chmod(victim().c_str(), 0600);
    touched_ = times();
  }
  [[nodiscard]] fs::path folder() const { return folder_; }
  [[nodiscard]] fs::path victim() const { return folder_ / "authorized_keys"; }
  [[nodiscard]] bool is_untouched() const {
    return ScratchHome::read(victim()) == "victim\n" &&
           ScratchHome::names(folder_) == "authorized_keys " && times() == touched_;
  }

 private:
  [[nodiscard]] std::vector<std::int64_t> times() const {
    std::vector<std::int64_t> all;
    for (const auto& path : {folder_, victim()}) {
      struct stat found {};
      ::stat(path.c_str(), &found);
      all.push_back(found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec);
      all.push_back(found.st_mode);
      all.push_back(found.st_uid);
    }
    return all;
  }

  fs::path folder_;
  std::vector<std::int64_t> touched_;
};

/// What is in a directory right now, or was while it was read.
std::vector<fs::path> entries_of(const fs::path& directory) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    entries.push_back(at->path());
  }
  return entries;
}

using Move = void (*)(const ScratchHome&, const Outside&);

void put_aside(const fs::path& path) {
  static std::atomic<unsigned> count = 0;
  std::error_code ignored;
  fs::rename(path, path.string() + "-aside" + std::to_string(count++), ignored);
}

const std::pair<const char*, Move> kMoves[] = {
    {".ssh becomes a symlink to the outside",
     [](const ScratchHome& home, const Outside& outside) {
       std::error_code ignored;
       put_aside(home.ssh());
       fs::create_directory_symlink(outside.folder(), home.ssh(), ignored);
     }},
    {"authorized_keys becomes a symlink to the outside",
     [](const ScratchHome& home, const Outside& outside) {
       std::error_code ignored;
       put_aside(home.keys());
       fs::create_symlink(outside.victim(), home.keys(), ignored);
     }},
    {"authorized_keys becomes a FIFO",
     [](const ScratchHome& home, const Outside& /*outside*/) {
       put_aside(home.keys());
       (void)::mkfifo(home.keys().c_str(), 0600);
     }},
    {"authorized_keys becomes a directory",
     [](const ScratchHome& home, const Outside& /*outside*/) {
       std::error_code ignored;
       put_aside(home.keys());
       fs::create_directory(home.keys(), ignored);
     }},
    {"the temporary file becomes a symlink to the outside",
     [](const ScratchHome& home, const Outside& outside) {
       std::error_code ignored;
       for (const auto& path : entries_of(home.ssh())) {
         if (!path.filename().string().starts_with(".latchkey-")) continue;
         put_aside(path);
         fs::create_symlink(outside.victim(), path, ignored);
       }
     }},
    {"everything is deleted",
     [](const ScratchHome& home, const Outside& /*outside*/) {
       std::error_code ignored;
       fs::remove_all(home.ssh(), ignored);
     }},
};

}  // namespace

TEST_CASE("whatever is moved before any call across the seam, the outside stays as it is") {
  for (const auto& [name, move] : kMoves) {
    bool moved = true;
    std::size_t refused = 0;
    for (std::size_t number = 0; moved; ++number) {
      const ScratchHome home(fast_folder());
      const Outside outside(home);
      home.write_keys(kOld);
      moved = false;
      auto faults = files::FileFaults::run_at(number, [&] {
        move(home, outside);
        moved = true;
      });
      files::LinuxKeyFiles real;
      files::SimKeyFiles sim(real, faults);
      crypto::SystemRandom random;
      const auto answer = keyfile::add(sim, random, home.target(), line_for(1));
      CAPTURE(name);
      CAPTURE(number);
      CAPTURE(answer.text);
      CHECK(outside.is_untouched());
      if (answer.outcome == Outcome::refused) ++refused;
      // "added" is the truth as of the last look, which starts at the home again.
      std::size_t last_look = 0;
      for (const auto& operation : faults.history()) {
        if (operation.verb == "open_home") last_look = operation.number;
      }
      if (answer.outcome == Outcome::added && number <= last_look) {
        CHECK(home.read_keys().find(key_line(1, "anna@laptop")) != std::string::npos);
      }
    }
    CHECK(refused > 0);
  }
}

TEST_CASE("whatever is moved before any system call, the outside stays as it is") {
  for (const auto& [name, move] : kMoves) {
    bool reached = true;
    for (std::size_t number = 0; reached; ++number) {
      const ScratchHome home(fast_folder());
      const Outside outside(home);
      home.write_keys(kOld);
      const auto got_there = interrupt_child(
          number,
          [&] {
            files::LinuxKeyFiles real;
            crypto::SystemRandom random;
            (void)keyfile::add(real, random, home.target(), line_for(1));
          },
          [&](pid_t /*child*/) { move(home, outside); });
      if (!got_there) {
        MESSAGE("skipped: tracing is not allowed here");
        return;
      }
      reached = *got_there;
      CAPTURE(name);
      CAPTURE(number);
      CHECK(outside.is_untouched());
    }
  }
}

// LATCHKEY_RACE_ROUNDS=1000000 for a night of it.
TEST_CASE("moved about at random, thousands of times, the outside stays as it is") {
  const char* wanted = std::getenv("LATCHKEY_RACE_ROUNDS");
  const long rounds = wanted != nullptr ? std::atol(wanted) : 3000;
  const ScratchHome home(fast_folder());
  const Outside outside(home);
  std::atomic<bool> over = false;
  std::thread mover([&] {
    std::mt19937 dice(1);  // NOLINT(cert-msc51-cpp): a test that can be repeated
    while (!over) {
      std::error_code ignored;
      const auto choice = dice() % 8;
      const bool is_real = fs::is_directory(fs::symlink_status(home.ssh(), ignored));
      if (choice < 6) {
        // Through the symlink the mover itself would reach the outside.
        if (is_real) kMoves[choice].second(home, outside);
      } else {
        // Back to a sane state, so that the writer gets further.
        fs::remove(home.ssh(), ignored);
        fs::create_directory(home.ssh(), ignored);
        ::chmod(home.ssh().c_str(), 0700);
        if (choice == 7) {
          const int number = ::open(home.keys().c_str(),
                                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
          if (number >= 0) ::close(number);
        }
      }
      for (const auto& path : entries_of(home.home())) {
        if (path.filename() != ".ssh") fs::remove_all(path, ignored);
      }
    }
  });
  files::LinuxKeyFiles files;
  crypto::SystemRandom random;
  long added = 0;
  long bad = 0;
  for (long round = 0; round < rounds; ++round) {
    auto line = line_for(static_cast<std::uint32_t>(round));
    if (keyfile::add(files, random, home.target(), line).outcome == Outcome::added) ++added;
    if (!outside.is_untouched()) ++bad;
  }
  over = true;
  mover.join();
  CHECK(bad == 0);
  CHECK(outside.is_untouched());
  MESSAGE("added " << added << " of " << rounds);
}
