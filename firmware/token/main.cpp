// SPDX-License-Identifier: MIT
// latchkey-token: everything that a security key says to the Pi is read here, and nothing else is
// done here. Descriptor 3 is the monitor.
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/role_channel.hpp"
#include "firmware/roles/sandbox.hpp"
#include "firmware/token/lookout.hpp"
#include "firmware/token/token_work.hpp"
#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/fido/linux/linux_security_keys.hpp"
#include "hal/fido/sim/socket/sim_security_keys.hpp"
#include "hal/usb/linux/libusb_hotplug.hpp"

namespace {

using namespace latchkey;

constexpr int kFaultStatus = 1;
constexpr int kNonsenseStatus = 2;
constexpr int kNoSandboxStatus = 3;

/// What hidraw, libfido2, libcrypto and threads live on. Not among them: sockets but those below,
/// starting programs, signals to others, tracing, mounts, identities, and whatever removes, renames
/// or changes a file. "clone" is there for the threads.
constexpr std::array kAllowedCalls = std::to_array<const char*>({
    // talking to the monitor and to the key
    "recvfrom",
    "recvmsg",
    "recv",
    "sendto",
    "sendmsg",
    "send",
    "read",
    "readv",
    "pread64",
    "write",
    "writev",
    "poll",
    "ppoll",
    "ppoll_time64",
    "select",
    "pselect6",
    "pselect6_time64",
    "_newselect",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "eventfd2",
    "close",
    "flock",
    "fcntl",
    "fcntl64",
    "lseek",
    "_llseek",
    "ioctl",
    "pipe",  // with this and the next the sanitizers find out what can be read
    "pipe2",
    // looking at /sys, /dev, and what libcrypto reads once
    "open",
    "openat",
    "stat",
    "stat64",
    "fstat",
    "fstat64",
    "lstat",
    "lstat64",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "statfs64",
    "fstatfs",
    "fstatfs64",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getcwd",
    "getdents",
    "getdents64",
    "fadvise64",
    "fadvise64_64",
    "arm_fadvise64_64",
    // memory
    "brk",
    "mmap",
    "mmap2",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "mlock",
    "munlock",
    "membarrier",
    "cacheflush",
    // its thread, time, signals to itself
    "clone",
    "clone3",
    "exit",
    "exit_group",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "arch_prctl",
    "set_tls",
    "futex",
    "futex_time64",
    "sched_yield",
    "sched_getaffinity",
    "prlimit64",
    "getrlimit",
    "ugetrlimit",
    "clock_gettime",
    "clock_gettime64",
    "clock_getres",
    "clock_getres_time64",
    "clock_nanosleep",
    "clock_nanosleep_time64",
    "nanosleep",
    "gettimeofday",
    "time",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigreturn",
    "sigaltstack",
    "restart_syscall",
    // who and where it is
    "getpid",
    "gettid",
    "getuid",
    "getuid32",
    "geteuid",
    "geteuid32",
    "getgid",
    "getgid32",
    "getegid",
    "getegid32",
    "uname",
    "sysinfo",
    "getrandom",
    "getcpu",
});

/// Real keys: libusb hears of them from udevd, over the one kind of socket that speaks of devices
/// and of nothing else.
constexpr std::array kCallsForUsb = std::to_array<const char*>(
    {"bind", "getsockname", "getsockopt", "setsockopt", "timerfd_create"});
constexpr roles::SocketKind kSocketForUsb{AF_NETLINK, NETLINK_KOBJECT_UEVENT};

/// A simulated key is behind a Unix socket.
constexpr std::array kCallsForSimulation = std::to_array<const char*>({"connect"});
constexpr roles::SocketKind kSocketForSimulation{AF_UNIX, 0};

Result<void> enter_sandbox(bool simulation) {
  std::vector<const char*> calls(kAllowedCalls.begin(), kAllowedCalls.end());
  const auto also = simulation ? std::span<const char* const>(kCallsForSimulation) : kCallsForUsb;
  std::copy(also.begin(), also.end(), std::back_inserter(calls));
  const std::array sockets{simulation ? kSocketForSimulation : kSocketForUsb};
  return roles::enter_sandbox(calls, roles::OtherCalls::fail, sockets);
}

std::unique_ptr<fido::SecurityKeys> keys_in(const std::string& simulation,
                                            const clock::Clock& clock) {
  if (simulation.empty()) return std::make_unique<fido::LinuxSecurityKeys>(clock);
  return std::make_unique<fido::sim::SimSecurityKeys>(
      fido::sim::SimSecurityKeys::below(simulation, clock));
}

/// Null where nobody tells: simulated keys have no port, and a machine or container without udevd
/// has ports that nobody speaks of. Then the lookout looks of its own accord.
std::unique_ptr<usb::Hotplug> hotplug_in(const std::string& simulation) {
  if (!simulation.empty()) return nullptr;
  auto hotplug = usb::LibusbHotplug::open();
  if (!hotplug) return nullptr;
  return std::move(*hotplug);
}

/// Readable while one of them is.
int either(int one, int other) {
  const int both = ::epoll_create1(EPOLL_CLOEXEC);
  for (const int descriptor : {one, other}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    if (::epoll_ctl(both, EPOLL_CTL_ADD, descriptor, &event) != 0) return -1;
  }
  return both;
}

class Role final {
 public:
  Role(roles::RoleChannel& monitor, token::Lookout& lookout, fido::SecurityKeys& keys,
       int interrupt)
      : monitor_(monitor),
        lookout_(lookout),
        interrupt_(interrupt),
        work_(keys, interrupt, [this](const roles::FromToken& message) {
          if (!monitor_.send(message)) lost_ = true;
        }) {}

  /// Until the monitor is gone.
  int run() {
    while (!lost_) {
      if (const auto status = hear()) return *status;
      if (const auto list = lookout_.take()) work_.see(*list);
      if (work_.has_work()) {
        work_.step();
        if (work_.take_loss()) lookout_.stir();
      } else {
        wait();
      }
    }
    return kFaultStatus;
  }

 private:
  /// All that has been said; the exit status when that was the last.
  std::optional<int> hear() {
    while (true) {
      auto message = monitor_.receive<roles::ToToken>();
      if (message) {
        work_.hear(*message);
        continue;
      }
      if (message.error().code == std::errc::resource_unavailable_try_again) return std::nullopt;
      return message.error().is(Errc::closed) ? 0 : kNonsenseStatus;
    }
  }

  void wait() {
    pollfd polled{interrupt_, POLLIN, 0};
    const auto pause = work_.pauses();
    const int patience = pause ? static_cast<int>(pause->count()) : -1;
    if (::poll(&polled, 1, patience) == 0) work_.pause_is_over();
  }

  roles::RoleChannel& monitor_;
  token::Lookout& lookout_;
  int interrupt_;
  bool lost_ = false;
  token::TokenWork work_;
};

int serve() {
  roles::RoleChannel monitor(roles::kRoleChannel);
  if (::fcntl(monitor.descriptor(), F_SETFD, FD_CLOEXEC) != 0) return kFaultStatus;
  const auto first = monitor.receive<roles::ToToken>();
  if (!first && first.error().is(Errc::closed)) return 0;
  const auto* watch = first ? std::get_if<roles::WatchKeys>(&*first) : nullptr;
  if (watch == nullptr) return kNonsenseStatus;
  const auto simulation = watch->simulation.str();
  if (!enter_sandbox(!simulation.empty())) return kNoSandboxStatus;
  if (::fcntl(monitor.descriptor(), F_SETFL, O_NONBLOCK) != 0) return kFaultStatus;

  const clock::BoottimeClock clock;
  auto lookout = token::Lookout::start(keys_in(simulation, clock), hotplug_in(simulation));
  if (!lookout) return kFaultStatus;
  const int interrupt = either(monitor.descriptor(), (*lookout)->descriptor());
  if (interrupt < 0) return kFaultStatus;
  const auto keys = keys_in(simulation, clock);
  return Role(monitor, **lookout, *keys, interrupt).run();  // at its end the key stops blinking
}

}  // namespace

int main() {
  try {
    ::_exit(serve());
  } catch (const std::exception&) {
    ::_exit(kFaultStatus);
  }
}
