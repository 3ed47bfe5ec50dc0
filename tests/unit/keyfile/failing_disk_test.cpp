// SPDX-License-Identifier: MIT
/// Everything that can fail, fails once, with each error: the old file is whole, or the new one.
#include <doctest/doctest.h>

#include "firmware/keyfile/line_writer.hpp"
#include "firmware/keyfile/replacement.hpp"
#include "hal/files/sim/sim_key_files.hpp"
#include "tests/unit/keyfile/scratch_home.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using namespace latchkey::keyfile::test;

namespace {

const std::string kOld = "# mine\n" + key_line(7, "old") + "\nno line end";
const std::string kNew = kOld + "\n" + key_line(1, "anna@laptop") + "\n";

struct Scene {
  const char* name;
  std::optional<std::string> before;  ///< none: no .ssh at all
  std::string after;
  Outcome success;
  bool removes = false;
  bool exchanges = true;
};

const Scene kScenes[] = {
    {"a line is added", kOld, kNew, Outcome::added},
    {"a first line is added", {}, key_line(1, "anna@laptop") + "\n", Outcome::added},
    {"a line is removed", kNew, kOld + "\n", Outcome::removed, true},
    {"a line is added without exchange", kOld, kNew, Outcome::added, false, false},
};

struct Run {
  Answer answer;
  std::vector<files::FileFaults::Operation> history;
};

Run play(const ScratchHome& home, const Scene& scene, files::FileFaults faults) {
  if (scene.before) home.write_keys(*scene.before);
  if (!scene.exchanges) faults.refuse("exchange", EOPNOTSUPP);
  files::LinuxKeyFiles real;
  files::SimKeyFiles sim(real, faults);
  crypto::SystemRandom random;
  Run run;
  run.answer = scene.removes ? keyfile::remove(sim, random, home.target(), line_for(1))
                             : keyfile::add(sim, random, home.target(), line_for(1));
  run.history = faults.history();
  return run;
}

std::size_t operations_of(const Scene& scene) {
  const ScratchHome home;
  const auto run = play(home, scene, files::FileFaults());
  REQUIRE(run.answer.outcome == scene.success);
  REQUIRE(home.read_keys() == scene.after);
  return run.history.size();
}

}  // namespace

TEST_CASE("one failure anywhere: refused with the old bytes, or done with the new ones") {
  for (const auto& scene : kScenes) {
    const auto operations = operations_of(scene);
    REQUIRE(operations > 15);
    for (const int error : {ENOSPC, EDQUOT, EIO, EROFS}) {
      std::size_t refused = 0;
      for (std::size_t number = 0; number < operations; ++number) {
        const ScratchHome home(fast_folder());
        const auto run = play(home, scene, files::FileFaults::fail_at(number, error));
        REQUIRE(run.history.size() > number);
        const auto verb = run.history[number].verb;
        CAPTURE(scene.name);
        CAPTURE(error);
        CAPTURE(number);
        CAPTURE(verb);
        CAPTURE(run.answer.text);
        CHECK_FALSE(run.answer.text.empty());
        if (run.answer.outcome == Outcome::refused) {
          ++refused;
          CHECK(run.answer.reason != Reason::none);
          CHECK(home.read_keys() == scene.before.value_or(""));
          if (!scene.before) CHECK_FALSE(std::filesystem::exists(home.keys()));
        } else {
          CHECK(run.answer.outcome == scene.success);
          CHECK(home.read_keys() == scene.after);
        }
        if (std::filesystem::exists(home.ssh()) && verb != "remove_file") {
          const auto names = ScratchHome::names(home.ssh());
          CHECK((names == "authorized_keys " || names.empty()));
        }
      }
      CHECK(refused > operations / 2);
    }
  }
}

TEST_CASE("a write that fails names the cause and what to do") {
  const std::pair<int, Reason> causes[] = {{ENOSPC, Reason::no_space},
                                           {EDQUOT, Reason::no_space},
                                           {EROFS, Reason::read_only},
                                           {EACCES, Reason::no_permission},
                                           {EIO, Reason::failed}};
  for (const auto& [error, reason] : causes) {
    for (const auto* verb : {"create_file", "write_all", "sync_file", "exchange"}) {
      const ScratchHome home(fast_folder());
      files::FileFaults faults;
      faults.refuse(verb, error);
      const auto run = play(home, kScenes[0], faults);
      CHECK(run.answer.outcome == Outcome::refused);
      CHECK(run.answer.reason == reason);
      CHECK(home.read_keys() == kOld);
      CHECK(ScratchHome::names(home.ssh()) == "authorized_keys ");
    }
  }
}

TEST_CASE("from some moment on nothing works any more: old bytes or new ones, and the truth") {
  for (const auto& scene : kScenes) {
    const auto operations = operations_of(scene);
    for (std::size_t from = 0; from < operations; ++from) {
      const ScratchHome home(fast_folder());
      const auto run =
          play(home, scene, files::FileFaults([&](const auto& operation) -> std::optional<int> {
                 if (operation.number >= from) return EROFS;
                 return std::nullopt;
               }));
      CAPTURE(scene.name);
      CAPTURE(from);
      CAPTURE(run.answer.text);
      const bool admits = run.answer.text.find(kNotUndone) != std::string::npos;
      const auto content = home.read_keys();
      if (run.answer.outcome == Outcome::refused && !admits) {
        // Where even looking is impossible the writer cannot know; then nothing says "undone".
        CHECK((content == scene.before.value_or("") || content == scene.after));
      } else {
        CHECK(content == scene.after);
      }
    }
  }
}
