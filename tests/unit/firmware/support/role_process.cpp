// SPDX-License-Identifier: MIT
#include "tests/unit/firmware/support/role_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "firmware/roles/net_messages.hpp"

namespace latchkey::testing {
namespace {

constexpr int kHighDescriptor = 100;
constexpr uid_t kNobody = 65534;
constexpr int kSignalBase = 128;

[[noreturn]] void become(const RoleStart& start, int channel) {
  // First out of the way, then to the numbers that the role expects.
  std::vector<int> high{::fcntl(channel, F_DUPFD, kHighDescriptor)};
  for (const int listener : start.listeners) {
    high.push_back(::fcntl(listener, F_DUPFD, kHighDescriptor));
  }
  int number = roles::kRoleChannel;
  for (const int descriptor : high) ::dup2(descriptor, number++);
  ::close_range(static_cast<unsigned>(number), ~0U, 0);
  if (start.without_root && ::getuid() == 0 &&
      (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
       ::setresuid(kNobody, kNobody, kNobody) != 0)) {
    ::_exit(126);
  }
  for (const auto& variable : start.environment) ::putenv(const_cast<char*>(variable.c_str()));
  if (::chdir("/") != 0) ::_exit(126);
  ::execl(start.program.c_str(), start.program.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

bool wait_readable(int descriptor, Millis patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    const auto left = std::chrono::ceil<Millis>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd polled{descriptor, POLLIN, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

RoleProcess::RoleProcess(const RoleStart& start) {
  auto pair = roles::RoleChannel::make_pair();
  if (!pair) throw std::runtime_error(pair.error().message());
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) become(start, pair->second.descriptor());
  channel_.emplace(std::move(pair->first));
  pid_descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

RoleProcess::~RoleProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (pid_descriptor_ >= 0) ::close(pid_descriptor_);
}

std::optional<int> RoleProcess::wait_for_end(Millis patience) {
  if (pid_ < 0 || !wait_readable(pid_descriptor_, patience)) return std::nullopt;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return kSignalBase + WTERMSIG(status);
}

}  // namespace latchkey::testing
