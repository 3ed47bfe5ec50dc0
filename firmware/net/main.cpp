// SPDX-License-Identifier: MIT
// latchkey-net: everything that the network says to the Pi is read here, and nothing else is done
// here. Descriptor 3 is the monitor, those from 4 on are listening sockets.
#include <unistd.h>
#include <array>
#include <exception>
#include <utility>

#include "core/crypto/random.hpp"
#include "firmware/net/loop.hpp"
#include "firmware/net/reception.hpp"
#include "firmware/roles/sandbox.hpp"

namespace {

using namespace latchkey;

constexpr int kNonsenseStatus = 2;
constexpr int kNoSandboxStatus = 3;
constexpr std::size_t kMaxListeners = 16;

/// Sockets that exist, memory, time, and randomness. No file can be opened, no socket made, no
/// connection begun, no program started.
constexpr std::array kAllowedCalls = std::to_array<const char*>({
    // sockets that are open or come from accept
    "accept",
    "accept4",
    "recv",
    "recvfrom",
    "recvmsg",
    "send",
    "sendto",
    "sendmsg",
    "read",
    "readv",
    "write",
    "writev",
    "shutdown",
    "close",
    "getpeername",
    "getsockname",
    "getsockopt",
    "setsockopt",
    "fcntl",
    "fcntl64",
    "ioctl",
    // the event loop
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "eventfd2",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_settime64",
    "timerfd_gettime",
    "timerfd_gettime64",
    "poll",
    "ppoll",
    "ppoll_time64",
    // memory
    "brk",
    "mmap",
    "mmap2",
    "munmap",
    "mremap",
    "mprotect",
    "pipe",  // with this and the next the sanitizers find out what can be read
    "pipe2",
    "madvise",
    "cacheflush",
    // time and randomness
    "clock_gettime",
    "clock_gettime64",
    "clock_getres",
    "clock_getres_time64",
    "gettimeofday",
    "time",
    "getrandom",
    // its own thread and its end
    "futex",
    "futex_time64",
    "rseq",
    "sched_yield",
    "getpid",
    "gettid",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigreturn",
    "sigaltstack",
    "restart_syscall",
    "exit",
    "exit_group",
});

int serve() {
  roles::RoleChannel monitor(roles::kRoleChannel);
  auto first = monitor.receive<roles::ToNet>();
  const auto* window = first ? std::get_if<roles::ServeWindow>(&*first) : nullptr;
  if (window == nullptr || window->listeners > kMaxListeners) return kNonsenseStatus;
  auto facts = net::WindowFacts::from(*window);
  if (!facts) return kNonsenseStatus;
  if (!roles::enter_sandbox(kAllowedCalls)) return kNoSandboxStatus;

  std::vector<int> listeners;
  listeners.reserve(window->listeners);
  for (int i = 0; i < window->listeners; ++i) listeners.push_back(roles::kFirstListener + i);
  crypto::SystemRandom random;
  net::Reception reception(std::move(monitor), std::move(*facts), listeners, {}, random);
  const auto ending = reception.run();
  // No tidying up: whatever is open closes with the process.
  ::_exit(ending.is(Errc::closed) ? 0 : kNonsenseStatus);
}

}  // namespace

int main() {
  try {
    ::_exit(serve());
  } catch (const std::exception&) {
    ::_exit(net::kFaultStatus);
  }
}
