// SPDX-License-Identifier: MIT
#include "firmware/monitor/role_process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>
#include <vector>

#include "firmware/roles/net_messages.hpp"
#include "tests/unit/firmware/monitor/role_folder.hpp"
#include "tests/unit/firmware/support/role_process.hpp"

using namespace latchkey;
using monitor::Identity;
using monitor::RoleCommand;
using monitor::RoleProcess;
using testing::has_children;
using testing::RoleFolder;
using testing::wait_readable;
using testing::watch_process;

namespace {

RoleCommand command_in(const RoleFolder& folder) {
  return {folder.file("latchkey-net"), std::nullopt, {}, true};
}

/// What a role says of itself: "env NAME=value", "fd 3", "NoNewPrivs:\t1", …
std::multiset<std::string> describe(const RoleCommand& command) {
  auto process = RoleProcess::start(command);
  REQUIRE(process);
  REQUIRE(wait_readable(process->channel().descriptor()));
  const auto packet = process->channel().receive_packet(1U << 20U);
  REQUIRE(packet);
  std::istringstream text{std::string(as_text(*packet))};
  std::multiset<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.insert(line);
  return lines;
}

std::set<std::string> starting_with(const std::multiset<std::string>& lines,
                                    const std::string& start) {
  std::set<std::string> found;
  for (const auto& line : lines) {
    if (line.starts_with(start)) found.insert(line);
  }
  return found;
}

using Lines = std::set<std::string>;

}  // namespace

TEST_CASE("a role gets a clean environment") {
  const RoleFolder folder("describe");
  ::setenv("LATCHKEY_SECRET", "hunter2", 1);
  ::setenv("HOME", "/root", 1);
  ::setenv("TMPDIR", "/tmp", 1);
  const auto lines = describe(command_in(folder));
  ::unsetenv("LATCHKEY_SECRET");
  const std::set<std::string> allowed{"PATH",
                                      "LC_ALL",
                                      "TMPDIR",
                                      "LD_PRELOAD",
                                      "ASAN_OPTIONS",
                                      "UBSAN_OPTIONS",
                                      "LSAN_OPTIONS",
                                      "LD_LIBRARY_PATH",
                                      "NSS_WRAPPER_PASSWD",
                                      "NSS_WRAPPER_GROUP"};
  for (const auto& line : starting_with(lines, "env ")) {
    CAPTURE(line);
    CHECK(allowed.count(line.substr(4, line.find('=') - 4)) == 1);
  }
  CHECK(lines.count("env PATH=/usr/sbin:/usr/bin:/sbin:/bin") == 1);
  CHECK(lines.count("env TMPDIR=/tmp") == 1);
}

TEST_CASE("on a real board nothing of our environment reaches a role") {
  const RoleFolder folder("describe");
  ::setenv("TMPDIR", "/tmp", 1);
  ::setenv("NSS_WRAPPER_PASSWD", "/nowhere", 1);
  auto command = command_in(folder);
  command.test_environment = false;
  const auto lines = describe(command);
  ::unsetenv("NSS_WRAPPER_PASSWD");
  CHECK(starting_with(lines, "env ") ==
        Lines{"env LC_ALL=C.UTF-8", "env PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
}

namespace {

/// Standard output and error on a terminal, as in the shell of whoever starts the daemon.
class Terminal final {
 public:
  Terminal() : near_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    REQUIRE(near_.open());
    REQUIRE(::grantpt(near_.number()) == 0);
    REQUIRE(::unlockpt(near_.number()) == 0);
    const hal::Descriptor far(::open(::ptsname(near_.number()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    REQUIRE(far.open());
    (void)std::fflush(stdout);
    for (const int output : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(far.number(), output);
  }
  ~Terminal() {
    ::dup2(output_.number(), STDOUT_FILENO);
    ::dup2(error_.number(), STDERR_FILENO);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  Terminal(Terminal&&) = delete;
  Terminal& operator=(Terminal&&) = delete;

 private:
  hal::Descriptor output_{::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10)};
  hal::Descriptor error_{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10)};
  hal::Descriptor near_;
};

}  // namespace

TEST_CASE("a role has no terminal, whoever started the daemon at one") {
  const RoleFolder folder("describe");
  std::multiset<std::string> lines;
  {
    const Terminal terminal;
    lines = describe(command_in(folder));
  }
  CHECK(lines.count("stdout /dev/null") == 1);
  CHECK(lines.count("stderr /dev/null") == 1);
  CHECK(lines.count("session own") == 1);
  CHECK(lines.count("terminal none") == 1);
}

TEST_CASE("what a role says is heard where it is no terminal that hears") {
  const RoleFolder folder("describe");
  const hal::Descriptor before(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10));
  const auto heard = folder.file("heard");
  const hal::Descriptor file(::open(heard.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  ::dup2(file.number(), STDERR_FILENO);
  const auto lines = describe(command_in(folder));
  ::dup2(before.number(), STDERR_FILENO);
  CHECK(lines.count("stderr " + heard) == 1);
}

TEST_CASE("a role gets its channel and what it was given, nothing else that is open here") {
  const RoleFolder folder("describe");
  // Without close-on-exec, as whoever started the daemon may have left it.
  const hal::Descriptor left_open(::open("/etc/passwd", O_RDONLY));
  const hal::Descriptor high(::fcntl(left_open.number(), F_DUPFD, 200));
  const hal::Descriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const hal::Descriptor second(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(starting_with(describe(command_in(folder)), "fd ") ==
        Lines{"fd 0", "fd 1", "fd 2", "fd 3"});
  auto command = command_in(folder);
  command.extra = {second.number(), first.number()};
  CHECK(starting_with(describe(command), "fd ") ==
        Lines{"fd 0", "fd 1", "fd 2", "fd 3", "fd 4", "fd 5"});
  CHECK(::fcntl(first.number(), F_GETFD) == FD_CLOEXEC);  // still ours, still close-on-exec
}

TEST_CASE("a role can gain no privileges, reads no terminal and hears every signal") {
  const RoleFolder folder("describe");
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);  // as the daemon does
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  const auto lines = describe(command_in(folder));
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  CHECK(lines.count("NoNewPrivs:\t1") == 1);
  CHECK(lines.count("cwd /") == 1);
  CHECK(lines.count("stdin /dev/null") == 1);
  CHECK(lines.count("SigBlk:\t0000000000000000") == 1);
}

TEST_CASE("as root, a role becomes its user for good") {
  if (::geteuid() != 0) return;
  const RoleFolder folder("describe");
  auto command = command_in(folder);
  command.identity = Identity{"nobody", 65534, 65534, false};
  const auto lines = describe(command);
  CHECK(lines.count("Uid:\t65534\t65534\t65534\t65534") == 1);
  CHECK(lines.count("Gid:\t65534\t65534\t65534\t65534") == 1);
  CHECK(starting_with(lines, "Groups:") == Lines{"Groups:\t "});
}

TEST_CASE("a role that nobody can become does not run") {
  if (::geteuid() == 0) return;
  const RoleFolder folder("describe");
  auto command = command_in(folder);
  command.identity = Identity{"root", 0, 0, false};
  auto process = RoleProcess::start(command);
  REQUIRE(process);
  REQUIRE(wait_readable(process->channel().descriptor()));
  CHECK(process->channel().receive_packet(1'000).error().is(Errc::closed));
}

TEST_CASE("a role ends with the object that stands for it, and leaves no zombie") {
  const RoleFolder folder("silent");
  SUBCASE("silent") {}
  SUBCASE("stopped") { folder.behave("stopped"); }
  SUBCASE("gone already") { folder.behave("exit"); }
  {
    auto process = RoleProcess::start(command_in(folder));
    REQUIRE(process);
    auto moved = std::move(*process);
    CHECK(moved.pid() > 0);
    CHECK(has_children());
  }
  CHECK_FALSE(has_children());
}

TEST_CASE("as root, a role that outlives its end is told of, and nobody waits for it") {
  if (::geteuid() != 0) return;
  const RoleFolder folder("silent");
  std::vector<pid_t> strays;
  auto process =
      RoleProcess::start(command_in(folder), [&strays](pid_t child) { strays.push_back(child); });
  REQUIRE(process);
  const pid_t role = process->pid();
  int seized[2];
  REQUIRE(::pipe(seized) == 0);
  // What is traced cannot be collected before its tracer has: as if a call held it.
  const pid_t tracer = ::fork();
  if (tracer == 0) {
    const bool holds = ::ptrace(PTRACE_SEIZE, role, nullptr, nullptr) == 0;
    (void)!::write(seized[1], holds ? "y" : "n", 1);
    while (true) ::pause();
  }
  char holds = 0;
  REQUIRE(::read(seized[0], &holds, 1) == 1);
  ::close(seized[0]);
  ::close(seized[1]);
  { const auto ending = std::move(*process); }
  ::kill(tracer, SIGKILL);
  ::waitpid(tracer, nullptr, 0);
  if (holds != 'y') return;  // where nothing may be traced
  REQUIRE(strays == std::vector<pid_t>{role});
  CHECK(::waitpid(role, nullptr, 0) == role);
  CHECK_FALSE(has_children());
}

TEST_CASE("a program that is not there closes the channel") {
  auto process = RoleProcess::start({"/nowhere/latchkey-net", std::nullopt, {}});
  REQUIRE(process);
  REQUIRE(wait_readable(process->channel().descriptor()));
  CHECK(process->channel().receive<roles::FromNet>().error().is(Errc::closed));
}

TEST_CASE("a role that does not read cannot make the monitor wait") {
  const RoleFolder folder("silent");
  auto process = RoleProcess::start(command_in(folder));
  REQUIRE(process);
  Result<void> told;
  for (int i = 0; told && i < 100'000; ++i) {
    told = process->channel().send(roles::ToNet(roles::ReleaseShare{}));
  }
  REQUIRE_FALSE(told);
  CHECK(told.error().code == std::errc::resource_unavailable_try_again);
}

TEST_CASE("a role dies with the monitor, however that ends") {
  const RoleFolder folder("silent");
  int pipe[2];
  REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
  const hal::Descriptor from_child(pipe[0]);
  hal::Descriptor to_parent(pipe[1]);
  int go[2];
  REQUIRE(::pipe2(go, O_CLOEXEC) == 0);
  hal::Descriptor wait_for_go(go[0]);
  const hal::Descriptor say_go(go[1]);

  const pid_t parent = ::fork();
  if (parent == 0) {
    auto process = RoleProcess::start(command_in(folder));
    const pid_t role = process ? process->pid() : -1;
    (void)!::write(to_parent.number(), &role, sizeof role);
    char byte = 0;
    (void)!::read(wait_for_go.number(), &byte, 1);
    ::_exit(0);  // no destructor runs
  }
  pid_t role = -1;
  REQUIRE(::read(from_child.number(), &role, sizeof role) == sizeof role);
  const auto end = watch_process(role);
  REQUIRE(end.open());
  REQUIRE(::write(say_go.number(), "x", 1) == 1);
  CHECK(wait_readable(end.number()));
  ::waitpid(parent, nullptr, 0);
}
