// SPDX-License-Identifier: MIT
#pragma once

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <functional>
#include <optional>

namespace latchkey::keyfile::test {

/// Runs `work` in a child process. Returns its wait status.
inline int run_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

/// Runs `work` in a child process that stops at each entry to a system call; before the
/// `number`th one, `meanwhile(pid)` happens. Returns whether the child got that far, nothing
/// where tracing is not allowed.
inline std::optional<bool> interrupt_child(std::size_t number, const std::function<void()>& work,
                                           const std::function<void(pid_t)>& meanwhile) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(2);
    ::raise(SIGSTOP);
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSTOPPED(status)) return std::nullopt;
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD);
  bool reached = false;
  std::size_t stops = 0;
  long deliver = 0;
  while (true) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, deliver);
    if (::waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) break;
    deliver = 0;
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
      deliver = WSTOPSIG(status);
      continue;
    }
    // Entries and exits take turns.
    if (stops++ == 2 * number) {
      reached = true;
      meanwhile(child);
    }
  }
  return reached;
}

}  // namespace latchkey::keyfile::test
