// SPDX-License-Identifier: MIT
#include "host/signer.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>

#include "core/ssh/sshsig.hpp"
#include "hal/process/sim/scripted_runner.hpp"
#include "tests/unit/host/support/laptop.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

const Bytes kStatement{1, 2, 3, 0, 255};

LocalKey key_in(Laptop& laptop) {
  return LocalKeys::find(laptop.home, {}, "", laptop.programs).keys.at(0);
}

/// A real ssh-agent in a folder of the test, ended with it.
class Agent {
 public:
  explicit Agent(const Laptop& laptop) : socket_(laptop.path("agent")) {
    const auto started = runner_.run({{"ssh-agent", "-a", socket_}, {}, {}});
    REQUIRE(started.has_value());
    const auto at = started->output.find("SSH_AGENT_PID=");
    REQUIRE(at != std::string::npos);
    pid_ = std::stoi(started->output.substr(at + 14));
  }
  ~Agent() { ::kill(pid_, SIGTERM); }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  void add(const std::string& file) {
    const auto added = runner_.run({{"ssh-add", "-q", file}, {agent_variable(socket_)}, {}});
    REQUIRE(added.has_value());
    REQUIRE(added->status == 0);
  }
  void remove_all() {
    REQUIRE(runner_.run({{"ssh-add", "-q", "-D"}, {agent_variable(socket_)}, {}}).has_value());
  }
  [[nodiscard]] const std::string& socket() const { return socket_; }

 private:
  std::string socket_;
  process::PosixRunner runner_;
  int pid_ = 0;
};

}  // namespace

TEST_CASE("a file without passphrase signs for its own key and namespace") {
  Laptop laptop;
  laptop.make_key();
  const auto key = key_in(laptop);
  const Signer signer(laptop.programs, "", false);
  const auto signature = signer.sign(key, "enroll@latchkey", kStatement);
  REQUIRE(signature.has_value());
  const auto parsed = ssh::Sshsig::parse(*signature);
  REQUIRE(parsed.has_value());
  CHECK(parsed->public_key == key.key);
  CHECK(parsed->name_space == "enroll@latchkey");
}

TEST_CASE("a key that lives in the agent only signs there") {
  Laptop laptop;
  laptop.make_key();
  Agent agent(laptop);
  agent.add(laptop.path(".ssh/id_ed25519"));
  REQUIRE(::remove(laptop.path(".ssh/id_ed25519").c_str()) == 0);
  const auto found = LocalKeys::find(laptop.home, {}, agent.socket(), laptop.programs);
  REQUIRE(found.keys.size() == 1);
  CHECK(found.keys[0].file.empty());
  const Signer signer(laptop.programs, agent.socket(), false);
  CHECK(signer.sign(found.keys[0], "enroll@latchkey", kStatement).has_value());

  agent.remove_all();
  const auto refused = signer.sign(found.keys[0], "enroll@latchkey", kStatement);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().reason == Reason::agent_refused);
}

TEST_CASE("a passphrase is never waited for where nobody can type it") {
  Laptop laptop;
  laptop.make_key();
  auto key = key_in(laptop);
  key.encrypted = true;
  process::ScriptedRunner runner;
  const auto signature = Signer(runner, "", false).sign(key, "enroll@latchkey", kStatement);
  REQUIRE_FALSE(signature.has_value());
  CHECK(signature.error().reason == Reason::needs_terminal);
  CHECK(signature.error().next.find("ssh-add") != std::string::npos);
  CHECK(runner.history().empty());
}

TEST_CASE("a passphrase is asked for by ssh-keygen, on the terminal, and is in no argument") {
  Laptop laptop;
  laptop.make_key();
  auto key = key_in(laptop);
  key.encrypted = true;
  process::PosixRunner real;
  process::ScriptedRunner runner;
  runner.expect("ssh-keygen", [&](const process::Command& command) {
    CHECK(command.on_terminal);
    auto captured = command;  // there is no terminal here, and this key needs none
    captured.on_terminal = false;
    return real.run(captured);
  });
  const auto signature = Signer(runner, "", true).sign(key, "enroll@latchkey", kStatement);
  REQUIRE(signature.has_value());
  CHECK(ssh::Sshsig::parse(*signature)->public_key == key.key);
}

TEST_CASE("ssh-keygen gets the library for security keys that ssh would use") {
  Laptop laptop;
  laptop.make_key();
  const auto key = key_in(laptop);
  for (const std::string provider : {"", "/lib/sk.so"}) {
    process::ScriptedRunner runner;
    runner.expect("ssh-keygen", process::Finished{1, {}, {}});
    CHECK_FALSE(Signer(runner, "", false, provider).sign(key, "a", kStatement).has_value());
    const auto& given = runner.history().at(0).environment;
    const auto found = std::ranges::find(given, "SSH_SK_PROVIDER=/lib/sk.so");
    CHECK((found != given.end()) == !provider.empty());
  }
}

TEST_CASE("a signature of another key is not passed on") {
  Laptop laptop;
  laptop.make_key();
  auto key = key_in(laptop);
  laptop.make_key("other");
  key.file = laptop.path(".ssh/other");
  const auto signature =
      Signer(laptop.programs, "", false).sign(key, "enroll@latchkey", kStatement);
  REQUIRE_FALSE(signature.has_value());
  CHECK(signature.error().reason == Reason::cannot_sign);
}

TEST_CASE("a file that is gone says so in ssh-keygen's words") {
  Laptop laptop;
  laptop.make_key();
  auto key = key_in(laptop);
  key.file = laptop.path(".ssh/gone");
  const auto signature =
      Signer(laptop.programs, "", false).sign(key, "enroll@latchkey", kStatement);
  REQUIRE_FALSE(signature.has_value());
  CHECK(signature.error().reason == Reason::cannot_sign);
  CHECK(signature.error().what.find("No such file") != std::string::npos);
}
