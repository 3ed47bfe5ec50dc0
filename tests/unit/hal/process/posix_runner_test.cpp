// SPDX-License-Identifier: MIT
#include "hal/process/linux/posix_runner.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using process::Command;
using process::PosixRunner;

namespace {

Command shell(std::string script) {
  Command command;
  command.arguments = {"/bin/sh", "-c", std::move(script)};
  return command;
}

}  // namespace

TEST_CASE("a program's status and both streams come back") {
  const auto finished = PosixRunner().run(shell("echo out; echo err >&2; exit 3"));
  REQUIRE(finished.has_value());
  CHECK(finished->status == 3);
  CHECK(finished->output == "out\n");
  CHECK(finished->errors == "err\n");
}

TEST_CASE("input larger than a pipe reaches the program whole") {
  auto command = shell("wc -c");
  command.input.assign(300'000, 'x');
  CHECK(PosixRunner().run(command)->output == "300000\n");
}

TEST_CASE("a program that does not read its input is no error") {
  auto command = shell("exec true");
  command.input.assign(300'000, 'x');
  CHECK(PosixRunner().run(command)->status == 0);
}

TEST_CASE("the environment is added to") {
  auto command = shell("echo $LATCHKEY_PROBE");
  command.environment = {"LATCHKEY_PROBE=here"};
  CHECK(PosixRunner().run(command)->output == "here\n");
}

TEST_CASE("a program that is not there is told from one that fails") {
  Command command;
  command.arguments = {"/nonexistent/program"};
  CHECK(PosixRunner().run(command).error().is(Errc::not_found));
}

TEST_CASE("a program that never ends is killed at its deadline, with its children") {
  auto command = shell("cat /dev/zero > /dev/null & wait");
  command.deadline = Millis(50);
  CHECK(PosixRunner().run(command).error().is(Errc::timed_out));
}

TEST_CASE("a program that says too much is stopped") {
  auto command = shell("cat /dev/zero");
  command.max_output = 10'000;
  CHECK(PosixRunner().run(command).error().is(Errc::too_large));
}

TEST_CASE("a program ended by a signal says so") {
  CHECK(PosixRunner().run(shell("kill -TERM $$"))->status == 128 + 15);
}
