// SPDX-License-Identifier: MIT
/// latchkey-keyfile: started by latchkeyd as the target user, with a socket as descriptor 3.
/// Reads one order, writes or removes one line, answers, ends.
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cstdlib>
#include <exception>

#include "firmware/keyfile/orders.hpp"
#include "firmware/roles/role_channel.hpp"
#include "firmware/roles/sandbox.hpp"
#include "hal/files/linux/linux_key_files.hpp"

namespace {

using namespace latchkey;

constexpr int kChannel = 3;
constexpr mode_t kPrivate = 077;

// clang-format off
constexpr std::array kAllowedCalls{
    // the monitor
    "recvfrom", "recv", "sendto", "send",
    // who we are
    "getresuid", "getresuid32", "getresgid", "getresgid32",
    // files
    "openat2", "openat", "mkdirat", "renameat2", "unlinkat", "flock", "fsync", "read", "pread64",
    "write", "writev", "lseek", "_llseek", "close", "fcntl", "fcntl64", "fstat", "fstat64",
    "fstatat64", "newfstatat", "statx", "fstatfs", "fstatfs64", "getdents64", "flistxattr",
    "fgetxattr", "fsetxattr", "fremovexattr", "fchown", "fchown32", "fchmod",
    // memory, time, randomness, the end
    "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "futex", "futex_time64",
    "clock_gettime", "clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64",
    "restart_syscall", "getrandom", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "exit",
    "exit_group",
#if defined(__SANITIZE_ADDRESS__)
    // the sanitizers' own; they try memory with a pipe
    "getpid", "gettid", "pipe", "pipe2", "sched_yield", "sigaltstack",
#endif
};
// clang-format on

/// The monitor has changed all ids for good; anything else is a mistake worth stopping at.
bool is_the_user(const keyfile::Order& order) {
  uid_t real = 0;
  uid_t effective = 0;
  uid_t saved = 0;
  if (::getresuid(&real, &effective, &saved) != 0) return false;
  const auto user = order.target.user;
  if (real != user || effective != user || saved != user) return false;
  gid_t real_group = 0;
  gid_t effective_group = 0;
  gid_t saved_group = 0;
  if (::getresgid(&real_group, &effective_group, &saved_group) != 0) return false;
  // A user who started the daemon himself may be in any group of his.
  const bool is_roots = real_group == 0 || effective_group == 0 || saved_group == 0;
  return !is_roots || order.group == 0;
}

keyfile::Answer obey(const roles::ToKeyfile& message) {
  const bool adds = std::holds_alternative<roles::AddLine>(message);
  const auto order = std::visit(
      [](const auto& fields) { return keyfile::unpack(fields.target, fields.line); }, message);
  using keyfile::Outcome;
  using keyfile::Reason;
  if (!order) return {Outcome::refused, Reason::bad_request, order.error().message(), {}};
  if (!is_the_user(*order)) {
    return {Outcome::refused,
            Reason::bad_request,
            "the writer was not started as the user whose file it is to write",
            {}};
  }
  files::LinuxKeyFiles key_files;
  crypto::SystemRandom random;
  return adds ? keyfile::add(key_files, random, order->target, order->line)
              : keyfile::remove(key_files, random, order->target, order->line);
}

int run() {
  ::umask(kPrivate);
  if (!roles::enter_sandbox(kAllowedCalls, roles::OtherCalls::kill)) return EXIT_FAILURE;
  roles::RoleChannel channel(kChannel);
  const auto message = channel.receive<roles::ToKeyfile>();
  if (!message) return EXIT_FAILURE;
  const roles::FromKeyfile answer = keyfile::pack(obey(*message));
  return channel.send(answer) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main() {
  int status = EXIT_FAILURE;
  try {
    status = run();
  } catch (const std::exception&) {
    // Out of memory: no answer is answer enough, and the file is as it was or whole.
    status = EXIT_FAILURE;
  }
  // Nothing is left to flush, and nothing but exit is allowed in here.
  std::_Exit(status);
}
