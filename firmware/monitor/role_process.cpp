// SPDX-License-Identifier: MIT
#include "firmware/monitor/role_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "firmware/roles/net_messages.hpp"

namespace latchkey::monitor {
namespace {

constexpr int kCannotStart = 126;
constexpr int kPatience = 100;  // milliseconds; a killed process needs one or two

/// Of ours only what the loader and a test need passes on to a role, and that only in a test: it
/// may name code to load.
std::vector<std::string> role_environment(bool test) {
  constexpr std::array<std::string_view, 8> kInherited{
      "LD_PRELOAD",    "NSS_WRAPPER_PASSWD", "NSS_WRAPPER_GROUP", "ASAN_OPTIONS",
      "UBSAN_OPTIONS", "LSAN_OPTIONS",       "LD_LIBRARY_PATH",   "TMPDIR"};
  std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
  if (!test) return environment;
  for (const auto name : kInherited) {
    if (const char* value = std::getenv(std::string(name).c_str()); value != nullptr) {
      environment.push_back(std::string(name) + "=" + value);
    }
  }
  return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

bool become(const Identity& identity) {
  const bool groups = identity.supplementary_groups
                          ? ::initgroups(identity.name.c_str(), identity.gid) == 0
                          : ::setgroups(0, nullptr) == 0;
  return groups && ::setresgid(identity.gid, identity.gid, identity.gid) == 0 &&
         ::setresuid(identity.uid, identity.uid, identity.uid) == 0;
}

/// Puts `sources` at 3, 4, …, whatever numbers they have now, and closes all above. Standard
/// input becomes /dev/null, and so does whatever is a terminal: a role must not read, or type into,
/// that of whoever started the daemon.
bool place(const std::vector<int>& sources) {
  constexpr int kAboveAll = 64;
  std::vector<int> parked;
  for (const int source : sources) {
    const int copy = ::fcntl(source, F_DUPFD_CLOEXEC, kAboveAll);
    if (copy < 0) return false;
    parked.push_back(copy);
  }
  for (std::size_t i = 0; i < parked.size(); ++i) {
    if (::dup2(parked[i], roles::kRoleChannel + static_cast<int>(i)) < 0) return false;
  }
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0) return false;
  for (const int output : {STDOUT_FILENO, STDERR_FILENO}) {
    if (::isatty(output) == 1 && ::dup2(nothing, output) < 0) return false;
  }
  const auto above = static_cast<unsigned>(roles::kRoleChannel + static_cast<int>(sources.size()));
  return ::close_range(above, ~0U, 0) == 0;
}

/// Waits for a killed child, but not for ever: no signal ends a system call on a file system that
/// is itself a program of the user (FUSE), and the user decides when that one answers. Such a child
/// dies when its call returns: then this was false.
bool collect(pid_t child) noexcept {
  // By asking again and again: a pidfd is readable a moment before the child can be collected.
  for (int waited = 0; waited < kPatience; ++waited) {
    const pid_t collected = ::waitpid(child, nullptr, WNOHANG);
    if (collected > 0 || (collected < 0 && errno != EINTR)) return true;
    ::poll(nullptr, 0, 1);
  }
  return false;
}

}  // namespace

Result<RoleProcess> RoleProcess::start(const RoleCommand& command, OnStray on_stray) {
  auto pair = roles::RoleChannel::make_pair();
  if (!pair) return fail(std::move(pair));
  // A role that does not read must not make us wait.
  const int ours = pair->first.descriptor();
  if (::fcntl(ours, F_SETFL, O_NONBLOCK) != 0) return fail_errno(errno, "making a socket pair");
  auto environment = role_environment(command.test_environment);
  std::vector<std::string> arguments{command.program};
  auto environment_pointers = pointers(environment);
  auto argument_pointers = pointers(arguments);
  std::vector<int> descriptors{pair->second.descriptor()};
  descriptors.insert(descriptors.end(), command.extra.begin(), command.extra.end());

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return fail_errno(errno, "starting " + command.program);
  if (child == 0) {
    // Dies with us, so that a crash of the daemon closes the window: across users only because the
    // daemon keeps CAP_KILL, which the kernel asks for here as for any signal.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);  // the daemon blocks what it reads by signalfd
    // A session of its own has no terminal, not even by the name of /dev/tty.
    const bool ready = ::setsid() >= 0 && place(descriptors) &&
                       (!command.identity || become(*command.identity)) &&
                       ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::chdir("/") == 0;
    // A change of uid clears the death signal.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (ready && ::getppid() == parent) {
      ::execve(command.program.c_str(), argument_pointers.data(), environment_pointers.data());
    }
    ::_exit(kCannotStart);
  }
  return RoleProcess(child, std::move(pair->first), std::move(on_stray));
}

// NOLINTNEXTLINE(bugprone-exception-escape): only where there is no memory left
RoleProcess::~RoleProcess() { end(); }

RoleProcess::RoleProcess(RoleProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      channel_(std::move(other.channel_)),
      on_stray_(std::move(other.on_stray_)) {}

RoleProcess& RoleProcess::operator=(RoleProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(channel_, other.channel_);
  std::swap(on_stray_, other.on_stray_);
  return *this;
}

void RoleProcess::end() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  const pid_t child = std::exchange(pid_, -1);
  if (!collect(child) && on_stray_) on_stray_(child);
}

}  // namespace latchkey::monitor
