// SPDX-License-Identifier: MIT
// latchkey-verify: one question on descriptor 3, one answer, the end.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <array>
#include <csignal>

#include "firmware/roles/net_messages.hpp"
#include "firmware/roles/role_channel.hpp"
#include "firmware/roles/sandbox.hpp"
#include "firmware/verify/proof_check.hpp"
#include "firmware/verify/public_key_check.hpp"
#include "hal/process/linux/posix_runner.hpp"

namespace {

using namespace latchkey;

constexpr unsigned kSecondsToLive = 10;
constexpr rlim_t kCpuSeconds = 5;

/// What this process and ssh-keygen (9.2 and 10, dynamic loader and name services included) live
/// on. Not among them: sockets, signals to others, tracing, mounts, identities, and whatever
/// removes, renames or changes a file.
constexpr std::array kAllowedCalls = std::to_array<const char*>({
    // talking to the monitor and to the program
    "recvfrom",
    "recvmsg",
    "recv",
    "sendto",
    "sendmsg",
    "send",
    "socketcall",
    "read",
    "readv",
    "pread64",
    "preadv",
    "write",
    "writev",
    "pipe",
    "pipe2",
    "poll",
    "ppoll",
    "ppoll_time64",
    "select",
    "pselect6",
    "pselect6_time64",
    "_newselect",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "fcntl64",
    "lseek",
    "_llseek",
    "memfd_create",
    // starting it and waiting for it
    "clone",
    "clone3",
    "fork",
    "vfork",
    "execve",
    "wait4",
    "waitid",
    "waitpid",
    "setpgid",
    "exit",
    "exit_group",
    "arch_prctl",
    "set_tls",
    "set_tid_address",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "prlimit64",
    "getrlimit",
    "ugetrlimit",
    "setrlimit",
    // looking at files
    "open",
    "openat",
    "openat2",
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
    "ioctl",
    "umask",
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
    "mlock2",
    "membarrier",
    "cacheflush",
    // threads, time, signals to itself
    "futex",
    "futex_time64",
    "sched_yield",
    "sched_getaffinity",
    "clock_gettime",
    "clock_gettime64",
    "clock_getres",
    "clock_getres_time64",
    "clock_nanosleep",
    "clock_nanosleep_time64",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "getrusage",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigreturn",
    "sigaltstack",
    "restart_syscall",
    // who and where it is
    "getpid",
    "getppid",
    "gettid",
    "getpgrp",
    "getpgid",
    "getsid",
    "getuid",
    "getuid32",
    "geteuid",
    "geteuid32",
    "getgid",
    "getgid32",
    "getegid",
    "getegid32",
    "getresuid",
    "getresuid32",
    "getresgid",
    "getresgid32",
    "getgroups",
    "getgroups32",
    "uname",
    "sysinfo",
    "getrandom",
    "getcpu",
});

/// An alarm that nobody before us can have blocked, and a bound that ssh-keygen inherits.
bool limit_life() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::signal(SIGALRM, SIG_DFL) == SIG_ERR) return false;
  ::alarm(kSecondsToLive);
  const rlimit cpu{kCpuSeconds, kCpuSeconds};
  return ::setrlimit(RLIMIT_CPU, &cpu) == 0;
}

roles::KeyVerdict answer(const roles::ToVerify& question) {
  if (const auto* line = std::get_if<roles::LineQuestion>(&question)) {
    return verify::check_line(*line);
  }
  process::PosixRunner runner;
  return verify::check_proof(runner, std::get<roles::ProofQuestion>(question));
}

int serve() {
  roles::RoleChannel monitor(roles::kRoleChannel);
  // ssh-keygen reads what the peer made, and is not to answer in our place.
  if (::fcntl(monitor.descriptor(), F_SETFD, FD_CLOEXEC) != 0) return 3;
  if (!limit_life() || !roles::enter_sandbox(kAllowedCalls)) return 3;
  const auto question = monitor.receive<roles::ToVerify>();
  if (!question) return 2;
  return monitor.send(roles::FromVerify(answer(*question))) ? 0 : 1;
}

}  // namespace

// _exit: at the end of a process there is nothing to tidy up, and nothing should run.
int main() { ::_exit(serve()); }
