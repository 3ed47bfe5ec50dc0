// SPDX-License-Identifier: MIT
#include "hal/process/sim/scripted_runner.hpp"

#include <doctest/doctest.h>

using namespace latchkey;
using process::Command;
using process::Finished;
using process::ScriptedRunner;

TEST_CASE("the script answers in order and remembers what was asked") {
  ScriptedRunner runner;
  runner.expect("ssh-keygen", Finished{0, "one", ""}).expect("ssh", Finished{255, "", "no"});
  Command keygen;
  keygen.arguments = {"/usr/bin/ssh-keygen", "-l"};
  Command ssh;
  ssh.arguments = {"ssh", "host"};
  CHECK(runner.run(keygen)->output == "one");
  CHECK(runner.run(ssh)->status == 255);
  CHECK(runner.all_answered());
  CHECK(runner.history().at(0).arguments.at(1) == "-l");
}

TEST_CASE("a call that the script does not expect fails") {
  ScriptedRunner runner;
  runner.expect("ssh", Finished{});
  Command command;
  command.arguments = {"scp"};
  CHECK(runner.run(command).error().is(Errc::not_found));
  CHECK_FALSE(runner.all_answered());
}
