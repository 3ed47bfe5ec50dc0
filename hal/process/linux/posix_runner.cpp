// SPDX-License-Identifier: MIT
#include "hal/process/linux/posix_runner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

#include "hal/descriptor.hpp"

namespace latchkey::process {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCannotExec = 127;
constexpr int kSignalBase = 128;

using hal::Descriptor;

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno(errno, "making a pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

struct Pipes {
  Pipe input;
  Pipe output;
  Pipe errors;
  Pipe exec_failure;  // carries errno when exec fails; closes when it succeeds
};

Result<Pipes> make_pipes() {
  Pipes pipes;
  for (Pipe* pipe : {&pipes.input, &pipes.output, &pipes.errors, &pipes.exec_failure}) {
    auto made = make_pipe();
    if (!made) return fail(std::move(made));
    *pipe = std::move(*made);
  }
  return pipes;
}

std::string program_of(const Command& command) { return "running " + command.arguments.front(); }

[[noreturn]] void become(const Command& command, const std::vector<char*>& arguments,
                         Pipes& pipes) {
  if (!command.on_terminal) {
    ::setpgid(0, 0);
    ::dup2(pipes.input.read.number(), STDIN_FILENO);
    ::dup2(pipes.output.write.number(), STDOUT_FILENO);
    ::dup2(pipes.errors.write.number(), STDERR_FILENO);
  }
  ::signal(SIGPIPE, SIG_DFL);
  for (const auto& variable : command.environment) ::putenv(const_cast<char*>(variable.c_str()));
  ::execvp(arguments.front(), arguments.data());
  const int why = errno;
  (void)!::write(pipes.exec_failure.write.number(), &why, sizeof why);
  ::_exit(kCannotExec);
}

/// Moves bytes until every stream has ended; false when the deadline passed.
class Exchange final {
 public:
  Exchange(const Command& command, Pipes& pipes, Finished& finished)
      : command_(command), pipes_(pipes), finished_(finished) {
    if (command.deadline > Millis::zero()) end_ = Clock::now() + command.deadline;
  }

  Result<void> run() {
    if (command_.input.empty()) pipes_.input.write.close();
    while (pipes_.output.read.open() || pipes_.errors.read.open()) {
      if (auto moved = once(); !moved) return moved;
    }
    return {};
  }

 private:
  Result<void> once() {
    std::array<pollfd, 3> polled{{{pipes_.input.write.number(), POLLOUT, 0},
                                  {pipes_.output.read.number(), POLLIN, 0},
                                  {pipes_.errors.read.number(), POLLIN, 0}}};
    int wait = -1;
    if (end_) {
      const auto left = std::chrono::ceil<Millis>(*end_ - Clock::now()).count();
      if (left <= 0) return fail(Errc::timed_out, program_of(command_));
      wait = static_cast<int>(left);
    }
    if (::poll(polled.data(), polled.size(), wait) < 0 && errno != EINTR) {
      return fail_errno(errno, program_of(command_));
    }
    if (polled[0].revents != 0) feed();
    if (polled[1].revents != 0) {
      if (auto got = drain(pipes_.output.read, finished_.output); !got) return got;
    }
    if (polled[2].revents != 0) return drain(pipes_.errors.read, finished_.errors);
    return {};
  }

  void feed() {
    const auto rest = ByteView(command_.input).subspan(fed_);
    const auto wrote = ::write(pipes_.input.write.number(), rest.data(), rest.size());
    if (wrote > 0) fed_ += static_cast<std::size_t>(wrote);
    const bool gone = wrote < 0 && errno != EINTR && errno != EAGAIN;
    // A program that does not read its input to the end is not an error.
    if (gone || fed_ == command_.input.size()) pipes_.input.write.close();
  }

  Result<void> drain(Descriptor& from, std::string& into) {
    std::array<char, 4096> piece{};
    const auto got = ::read(from.number(), piece.data(), piece.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    if (got <= 0) {
      from.close();
      return {};
    }
    into.append(piece.data(), static_cast<std::size_t>(got));
    if (into.size() > command_.max_output) return fail(Errc::too_large, program_of(command_));
    return {};
  }

  const Command& command_;
  Pipes& pipes_;
  Finished& finished_;
  std::size_t fed_ = 0;
  std::optional<Clock::time_point> end_;
};

/// Waits for the end of a program whose streams have ended.
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return kSignalBase + (WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

class IgnoreSigpipe final {
 public:
  IgnoreSigpipe() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before_);
  }
  ~IgnoreSigpipe() { ::sigaction(SIGPIPE, &before_, nullptr); }
  IgnoreSigpipe(const IgnoreSigpipe&) = delete;
  IgnoreSigpipe& operator=(const IgnoreSigpipe&) = delete;
  IgnoreSigpipe(IgnoreSigpipe&&) = delete;
  IgnoreSigpipe& operator=(IgnoreSigpipe&&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace

Result<Finished> PosixRunner::run(const Command& command) {
  if (command.arguments.empty()) return fail(Errc::malformed, "running a program without a name");
  auto pipes = make_pipes();
  if (!pipes) return fail(std::move(pipes));
  std::vector<char*> arguments;
  for (const auto& argument : command.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);

  const IgnoreSigpipe quiet;
  const pid_t child = ::fork();
  if (child < 0) return fail_errno(errno, program_of(command));
  if (child == 0) become(command, arguments, *pipes);

  pipes->input.read.close();
  pipes->output.write.close();
  pipes->errors.write.close();
  pipes->exec_failure.write.close();
  int exec_error = 0;
  if (::read(pipes->exec_failure.read.number(), &exec_error, sizeof exec_error) ==
      static_cast<ssize_t>(sizeof exec_error)) {
    wait_for(child);
    if (exec_error == ENOENT) return fail(Errc::not_found, program_of(command));
    return fail_errno(exec_error, program_of(command));
  }

  Finished finished;
  if (command.on_terminal) {
    pipes->output.read.close();
    pipes->errors.read.close();
    pipes->input.write.close();
  }
  Exchange exchange(command, *pipes, finished);
  if (auto moved = exchange.run(); !moved) {
    ::kill(-child, SIGKILL);
    ::kill(child, SIGKILL);
    wait_for(child);
    return fail(std::move(moved));
  }
  finished.status = wait_for(child);
  return finished;
}

}  // namespace latchkey::process
