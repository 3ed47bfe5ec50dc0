// SPDX-License-Identifier: MIT
#include "firmware/monitor/process_crew.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <filesystem>
#include <fstream>

#include "firmware/keyfile/outcome.hpp"
#include "firmware/monitor/listeners.hpp"
#include "tests/unit/firmware/monitor/role_folder.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

using namespace latchkey;
using monitor::EventLoop;
using monitor::ProcessCrew;
using testing::has_children;
using testing::RoleFolder;
using testing::watch_process;

namespace {

constexpr Millis kShort{200};
constexpr Millis kLong{20'000};

struct World {
  RoleFolder folder{"answer"};
  EventLoop loop;
  ProcessCrew crew{loop, settings()};
  bool hung = false;

  [[nodiscard]] ProcessCrew::Settings settings() const {
    ProcessCrew::Settings settings;
    settings.folder = folder.path();
    settings.verify_deadline = kLong;
    settings.writer_deadline = kLong;
    settings.last_words = kLong;
    return settings;
  }
  /// Until a handler stops the loop.
  void run() {
    const auto limit = loop.after(kLong, [this] {
      hung = true;
      loop.stop();
    });
    loop.run();
    REQUIRE_FALSE(hung);
  }
  Result<roles::KeyVerdict> verify(ProcessCrew& by) {
    std::optional<Result<roles::KeyVerdict>> verdict;
    std::unique_ptr<monitor::Job> job;
    auto started = by.verify(roles::LineQuestion{}, [&](auto heard) {
      job.reset();  // as its owner may
      verdict = std::move(heard);
      loop.stop();
    });
    REQUIRE(started);
    job = std::move(*started);
    run();
    return *verdict;
  }
  Result<roles::KeyfileAnswer> write(ProcessCrew& by) {
    std::optional<Result<roles::KeyfileAnswer>> answer;
    const monitor::Account us{"us", ::geteuid(), ::getegid(), "/"};
    auto job = by.write(roles::AddLine{}, us, [&](auto heard) {
      answer = std::move(heard);
      loop.stop();
    });
    REQUIRE(job);
    run();
    return *answer;
  }
  /// Runs until the process has ended.
  void wait_for_end(int pid_descriptor) {
    const auto ended = loop.when_readable(pid_descriptor, [this] { loop.stop(); });
    run();
  }
};

}  // namespace

/// A pidfd is readable a moment before the process has closed its sockets.
bool stops_listening(std::uint16_t port) {
  constexpr int kPatience = 10'000;
  for (int waited = 0; waited < kPatience; ++waited) {
    if (!monitor::somebody_listens_on(port)) return true;
    ::poll(nullptr, 0, 1);
  }
  return false;
}

TEST_CASE_FIXTURE(World, "verify and the writer answer once, and leave nothing behind") {
  const auto verdict = verify(crew);
  REQUIRE(verdict);
  CHECK(verdict->code == channel::ResultCode::added);
  const auto answer = write(crew);
  REQUIRE(answer);
  CHECK(answer->outcome == static_cast<std::uint8_t>(keyfile::Outcome::added));
  CHECK_FALSE(has_children());
}

TEST_CASE_FIXTURE(World, "whatever a role sends that is no message is an error, no more") {
  for (const auto* behaviour : {"garbage", "short", "huge", "empty", "exit"}) {
    CAPTURE(behaviour);
    folder.behave(behaviour);
    CHECK_FALSE(verify(crew));
    CHECK_FALSE(write(crew));
  }
  folder.behave("answer");
  CHECK(verify(crew));
  CHECK_FALSE(has_children());
}

TEST_CASE_FIXTURE(World, "a role that never answers is killed at its deadline") {
  auto impatient = settings();
  impatient.verify_deadline = kShort;
  impatient.writer_deadline = kShort;
  ProcessCrew strict(loop, impatient);
  // A user can stop the writer: it carries his uid.
  for (const auto* behaviour : {"silent", "stopped"}) {
    CAPTURE(behaviour);
    folder.behave(behaviour);
    const auto verdict = verify(strict);
    REQUIRE_FALSE(verdict);
    CHECK(verdict.error().is(Errc::timed_out));
    const auto answer = write(strict);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().is(Errc::timed_out));
    CHECK_FALSE(has_children());
  }
}

TEST_CASE_FIXTURE(World, "a job that is dropped ends its process and says nothing") {
  folder.behave("silent");
  bool heard = false;
  auto job = crew.verify(roles::LineQuestion{}, [&](const auto& /*verdict*/) { heard = true; });
  REQUIRE(job);
  job->reset();
  CHECK_FALSE(has_children());
  loop.post([this] { loop.stop(); });
  run();
  CHECK_FALSE(heard);
}

TEST_CASE_FIXTURE(World, "net listens while it lives, and says its last words") {
  folder.behave("serve");
  hal::Descriptor end;
  auto net = crew.serve({}, [&](Result<roles::FromNet> message) {
    REQUIRE(message);
    const auto* greeted = std::get_if<roles::PeerGreeted>(&*message);
    REQUIRE(greeted != nullptr);
    end = watch_process(static_cast<pid_t>(greeted->peer));
    loop.stop();
  });
  REQUIRE(net);
  const auto port = (*net)->port();
  CHECK(monitor::somebody_listens_on(port));
  run();
  REQUIRE(end.open());
  for (int i = 0; i < 3; ++i) REQUIRE((*net)->tell(roles::DropPeer{}));
  net->reset();
  wait_for_end(end.number());
  CHECK(stops_listening(port));
  int told = 0;
  std::ifstream(folder.file("last_words")) >> told;
  CHECK(told == 3);
  loop.post([this] { loop.stop(); });
  run();
}

TEST_CASE_FIXTURE(World, "net that does not end by itself is ended") {
  auto impatient = settings();
  impatient.last_words = kShort;
  ProcessCrew strict(loop, impatient);
  folder.behave("flood");
  hal::Descriptor end;
  auto net = strict.serve({}, [&](Result<roles::FromNet> message) {
    REQUIRE(message);
    end = watch_process(static_cast<pid_t>(std::get<roles::PeerGreeted>(*message).peer));
    loop.stop();
  });
  REQUIRE(net);
  const auto port = (*net)->port();
  run();
  net->reset();
  wait_for_end(end.number());
  CHECK(stops_listening(port));
}

TEST_CASE_FIXTURE(World, "token tells what it sees, and has a moment to take its order back") {
  folder.behave("make");
  roles::WatchKeys watch;
  watch.simulation.assign_cut("/keys");
  std::string name;
  hal::Descriptor end;
  auto token = crew.watch_keys(watch, [&](const Result<roles::FromToken>& message) {
    REQUIRE(message);
    if (const auto* arrived = std::get_if<roles::KeyArrived>(&*message)) {
      name = arrived->name.str();
    } else {
      const auto& made = std::get<roles::KeyMade>(*message).made;
      end = watch_process(std::stoi(std::string(as_text(made.key.view()))));
    }
    loop.stop();
  });
  REQUIRE(token);
  run();
  CHECK(name == "/keys");
  REQUIRE((*token)->tell(roles::MakeKey{}));
  run();
  REQUIRE(end.open());
  for (int i = 0; i < 3; ++i) REQUIRE((*token)->tell(roles::SignStatement{}));
  token->reset();
  wait_for_end(end.number());
  int told = 0;
  std::ifstream(folder.file("last_words")) >> told;
  CHECK(told == 3);
}

TEST_CASE_FIXTURE(World, "token that does not end by itself is ended") {
  auto impatient = settings();
  impatient.last_words = kShort;
  ProcessCrew strict(loop, impatient);
  // A key that is making a U2F credential cannot be interrupted.
  folder.behave("stopped");
  auto token = strict.watch_keys({}, [](const auto& /*message*/) {});
  REQUIRE(token);
  token->reset();
  CHECK(has_children());
  bool gone = false;
  for (int waited = 0; waited < 100 && !gone; ++waited) {
    const auto later = loop.after(kShort / 4, [this] { loop.stop(); });
    run();
    gone = !has_children();
  }
  CHECK(gone);
}

TEST_CASE_FIXTURE(World, "token that breaks the rules or dies is one error, to be dropped on") {
  for (const auto* behaviour : {"garbage", "short", "huge", "exit"}) {
    CAPTURE(behaviour);
    folder.behave(behaviour);
    int errors = 0;
    std::unique_ptr<monitor::TokenRole> role;
    auto token = crew.watch_keys({}, [&](const Result<roles::FromToken>& message) {
      CHECK_FALSE(message);
      ++errors;
      role.reset();  // from inside the call
      loop.stop();
    });
    if (!token) continue;  // it had ended before it could be told anything
    role = std::move(*token);
    run();
    CHECK(errors == 1);
  }
}

TEST_CASE_FIXTURE(World, "a port that the last net still has is taken from it") {
  auto fixed = settings();
  {
    const auto free = monitor::Listeners::open(0);
    REQUIRE(free);
    fixed.port = free->port();
  }
  ProcessCrew same_port(loop, fixed);
  folder.behave("silent");  // what it still has to say takes long
  auto first = same_port.serve({}, [](const auto& /*message*/) {});
  REQUIRE(first);
  CHECK_FALSE(same_port.serve({}, [](const auto& /*message*/) {}));
  first->reset();
  CHECK(same_port.serve({}, [](const auto& /*message*/) {}));
}

TEST_CASE_FIXTURE(World, "a crew that goes takes every process along") {
  folder.behave("silent");
  {
    ProcessCrew short_lived(loop, settings());
    auto net = short_lived.serve({}, [](const auto& /*message*/) {});
    REQUIRE(net);
    net->reset();  // would have its last words now
    CHECK(has_children());
  }
  CHECK_FALSE(has_children());
}

TEST_CASE_FIXTURE(World, "net that breaks the rules or dies is one error, to be dropped on") {
  for (const auto* behaviour : {"garbage", "short", "huge", "exit"}) {
    CAPTURE(behaviour);
    folder.behave(behaviour);
    int errors = 0;
    std::unique_ptr<monitor::NetRole> role;
    auto net = crew.serve({}, [&](const Result<roles::FromNet>& message) {
      CHECK_FALSE(message);
      ++errors;
      role.reset();  // from inside the call
      loop.stop();
    });
    if (!net) continue;  // it had ended before it could be told anything
    role = std::move(*net);
    run();
    CHECK(errors == 1);
  }
}

TEST_CASE_FIXTURE(World, "roles that are not there are errors") {
  auto elsewhere = settings();
  elsewhere.folder = "/nowhere";
  ProcessCrew missing(loop, elsewhere);
  std::optional<Result<roles::KeyVerdict>> verdict;
  const auto job = missing.verify(roles::LineQuestion{}, [&](auto heard) {
    verdict = std::move(heard);
    loop.stop();
  });
  if (!job) return;  // it had ended before it could be asked
  run();
  CHECK_FALSE(*verdict);
}

TEST_CASE_FIXTURE(World, "a port that is taken is the window's error") {
  const auto taken = monitor::Listeners::open(0);
  REQUIRE(taken);
  auto occupied = settings();
  occupied.port = taken->port();
  const auto net = ProcessCrew(loop, occupied).serve({}, [](const auto& /*message*/) {});
  REQUIRE_FALSE(net);
  CHECK(net.error().code == std::errc::address_in_use);
}
