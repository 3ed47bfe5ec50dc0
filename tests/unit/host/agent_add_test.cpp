// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "core/ssh/public_key_line.hpp"
#include "host/ssh_add.hpp"
#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;
using Words = std::vector<std::string>;

namespace {

/// A laptop whose ssh-add is played; its agent is empty.
struct Agent : KeyScene {
  Agent() {
    laptop.config += "identityagent /run/agent\n";
    laptop.programs.play("ssh-add", [this](const process::Command& command) {
      if (command.arguments == Words{"ssh-add", "-L"}) {
        return process::Finished{holds.empty() ? no_keys : 0, holds, {}};
      }
      added = command;
      return process::Finished{status, {}, "Could not add identity: agent refused operation\n"};
    });
  }
  ExitCode add(const std::string& file) { return agent_add({file, false}, laptop.context()); }

  int no_keys = 1;
  int status = 0;
  std::string holds;
  std::optional<process::Command> added;
};

}  // namespace

TEST_CASE("ssh-add is called as the platform wants it") {
  CHECK(ssh_add_command(Platform::linux_like, "", "/a") == Words{"ssh-add", "--", "/a"});
  CHECK(ssh_add_command(Platform::linux_like, "/lib/sk.so", "/a") ==
        Words{"ssh-add", "-S", "/lib/sk.so", "--", "/a"});
  CHECK(ssh_add_command(Platform::macos, "", "/a") ==
        Words{"ssh-add", "--apple-use-keychain", "--", "/a"});
  CHECK(ssh_add_command(Platform::macos, "/lib/sk.so", "/a") ==
        Words{"ssh-add", "--apple-use-keychain", "-S", "/lib/sk.so", "--", "/a"});
}

TEST_CASE("a key goes into the agent that ssh would use, by either half") {
  Agent scene;
  scene.laptop.make_key();
  const auto file = scene.laptop.path(".ssh/id_ed25519");
  CHECK(scene.add(file + ".pub") == ExitCode::ok);
  REQUIRE(scene.added.has_value());
  CHECK(scene.added->arguments.back() == file);
  CHECK(scene.added->environment == Words{"SSH_AUTH_SOCK=/run/agent"});
  CHECK_FALSE(scene.added->on_terminal);
  CHECK(scene.screen_has("✓ in the agent: ~/.ssh/id_ed25519  SHA256:"));
}

TEST_CASE("a key on a security key takes ssh's own library along, a key in a file does not") {
  Agent scene;
  scene.laptop.config += "securitykeyprovider /lib/sk.so\n";
  REQUIRE(scene.make() == ExitCode::ok);
  CHECK(scene.add("~/.ssh/id_ed25519_sk") == ExitCode::ok);
  CHECK(scene.added->arguments ==
        Words{"ssh-add", "-S", "/lib/sk.so", "--", scene.laptop.path(".ssh/id_ed25519_sk")});
  scene.laptop.make_key();
  CHECK(scene.add("~/.ssh/id_ed25519") == ExitCode::ok);
  CHECK(scene.added->arguments.size() == 3);
}

TEST_CASE("what the agent has already is not added again") {
  Agent scene;
  scene.laptop.make_key();
  scene.holds = scene.laptop.text_of(".ssh/id_ed25519.pub");
  CHECK(scene.add("~/.ssh/id_ed25519") == ExitCode::ok);
  CHECK_FALSE(scene.added.has_value());
  CHECK(scene.screen_has("in the agent already"));
}

TEST_CASE("what stands in the way is told, before anything is asked") {
  Agent scene;
  auto reason = Reason::no_such_file;
  std::string file = "~/.ssh/id_ed25519";
  SUBCASE("no file") {}
  SUBCASE("no key") {
    scene.laptop.write(".ssh/id_ed25519", "junk");
    reason = Reason::bad_key_file;
  }
  SUBCASE("no agent") {
    scene.no_keys = 2;
    reason = Reason::agent_missing;
  }
  SUBCASE("a passphrase, and no terminal") {
    scene.laptop.make_key();
    process::PosixRunner runner;
    REQUIRE(runner
                .run({{"ssh-keygen", "-q", "-p", "-P", "", "-N", "passphrase", "-f",
                       scene.laptop.path(".ssh/id_ed25519")},
                      {},
                      {}})
                ->status == 0);
    scene.laptop.interactive = false;
    reason = Reason::needs_terminal;
  }
  CHECK(scene.add(file) == exit_code_of(reason));
  CHECK_FALSE(scene.added.has_value());
}

TEST_CASE("an agent that refuses, or dies, has its own words") {
  Agent scene;
  scene.laptop.make_key();
  scene.status = 1;
  CHECK(scene.add("~/.ssh/id_ed25519") == exit_code_of(Reason::agent_refused));
  CHECK(scene.screen_has("agent refused operation"));
  scene.status = 2;
  CHECK(scene.add("~/.ssh/id_ed25519") == exit_code_of(Reason::agent_missing));
}

TEST_CASE("a passphrase is typed to ssh-add itself") {
  Agent scene;
  scene.laptop.make_key();
  process::PosixRunner runner;
  REQUIRE(runner
              .run({{"ssh-keygen", "-q", "-p", "-P", "", "-N", "passphrase", "-f",
                     scene.laptop.path(".ssh/id_ed25519")},
                    {},
                    {}})
              ->status == 0);
  CHECK(scene.add("~/.ssh/id_ed25519") == ExitCode::ok);
  CHECK(scene.added->on_terminal);
}
