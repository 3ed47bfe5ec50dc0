// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/time.hpp"

namespace latchkey::process {

/// A program to run, without a shell.
struct Command {
  std::vector<std::string> arguments;    ///< the program's path or name first, looked up in PATH
  std::vector<std::string> environment;  ///< "NAME=value", added to ours or replacing it
  Bytes input;                           ///< its standard input, then end of file
  Millis deadline{30'000};               ///< killed after that; zero: none
  std::size_t max_output = 1U << 20U;    ///< of each stream; more ends it with Errc::too_large
  bool on_terminal = false;  ///< it talks to the person: streams inherited, nothing captured
};

/// How it ended.
struct Finished {
  int status = 0;      ///< exit status, or 128 + signal
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// Runs other programs (ssh-keygen, sshd, ssh) and waits for them. run() blocks until the
/// program has ended. Errors: Errc::not_found (no such program), Errc::timed_out,
/// Errc::too_large, or the errno of what failed. An exit status other than 0 is not an error.
class Runner {
 public:
  virtual ~Runner() = default;
  [[nodiscard]] virtual Result<Finished> run(const Command& command) = 0;
};

}  // namespace latchkey::process
