// SPDX-License-Identifier: MIT
#include "host/ssh_config.hpp"

#include <doctest/doctest.h>
#include <cstdlib>

#include "hal/process/linux/posix_runner.hpp"
#include "hal/process/sim/scripted_runner.hpp"
#include "host/text_file.hpp"

using namespace latchkey;
using namespace latchkey::host;

namespace {

const Home kHome{"/home/ada", "ada"};
const Target kTarget{"", "pi", 7822};

}  // namespace

TEST_CASE("what ssh -G prints is read") {
  const auto config = SshConfig::parse(
      "host pi\nuser eve\nhostname 10.0.0.9\nport 2200\nidentityfile ~/.ssh/a\n"
      "identityfile /keys/%r@%h-%u%%\nuserknownhostsfile /home/ada/.ssh/kh /home/ada/.ssh/kh2\n"
      "hashknownhosts yes\nhostkeyalias my-pi\nidentityagent /run/agent\nproxyjump none\n",
      kTarget, kHome);
  REQUIRE(config.has_value());
  CHECK(config->hostname == "10.0.0.9");
  CHECK(config->alias == "my-pi");
  CHECK(config->port == 2200);
  CHECK(config->user == "eve");
  CHECK(config->identity_files ==
        std::vector<std::string>{"/home/ada/.ssh/a", "/keys/eve@10.0.0.9-ada%"});
  CHECK(config->known_hosts == "/home/ada/.ssh/kh");
  CHECK(config->hash_known_hosts);
  CHECK(config->agent == "/run/agent");
}

TEST_CASE("a library for security keys is named only where it is not ssh's own") {
  const auto provider = [](const std::string& value) {
    return SshConfig::parse("securitykeyprovider " + value + "\n", kTarget, kHome)
        ->security_key_provider;
  };
  CHECK(provider("internal").empty());
  CHECK(provider("~/sk.so") == "/home/ada/sk.so");
  ::setenv("LATCHKEY_TEST_PROVIDER", "/lib/sk.so", 1);
  CHECK(provider("$LATCHKEY_TEST_PROVIDER") == "/lib/sk.so");
  ::setenv("LATCHKEY_TEST_PROVIDER", "internal", 1);
  CHECK(provider("$LATCHKEY_TEST_PROVIDER").empty());
  ::unsetenv("LATCHKEY_TEST_PROVIDER");
  CHECK(provider("$LATCHKEY_TEST_PROVIDER").empty());
}

TEST_CASE("a known_hosts of none is none") {
  const auto config = SshConfig::parse("userknownhostsfile none\n", kTarget, kHome);
  REQUIRE(config.has_value());
  CHECK(config->known_hosts.empty());
}

TEST_CASE("a known_hosts path with a blank is found where it is a file") {
  const auto folder = TemporaryFolder::make().value();
  const auto file = folder.write("my known", {}).value();
  const auto config = SshConfig::parse("userknownhostsfile " + file + " /other\n", kTarget, kHome);
  CHECK(config->known_hosts == file);
}

TEST_CASE("ways around are refused, each with its sentence") {
  for (const auto* line : {"proxyjump bastion", "proxycommand nc %h %p"}) {
    const auto config = SshConfig::parse(std::string(line) + "\n", kTarget, kHome);
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().reason == Reason::proxied);
    CHECK(config.error().what.find(line) != std::string::npos);
  }
  CHECK(SshConfig::parse("port 99999\n", kTarget, kHome).error().reason == Reason::bad_ssh_config);
}

TEST_CASE("the agent is the one that IdentityAgent means") {
  ::setenv("LATCHKEY_TEST_AGENT", "/run/mine", 1);
  ::setenv("SSH_AUTH_SOCK", "/run/usual", 1);
  CHECK(agent_socket("none", kHome).empty());
  CHECK(agent_socket("", kHome) == "/run/usual");
  CHECK(agent_socket("SSH_AUTH_SOCK", kHome) == "/run/usual");
  CHECK(agent_socket("$LATCHKEY_TEST_AGENT", kHome) == "/run/mine");
  CHECK(agent_socket("${LATCHKEY_TEST_AGENT}", kHome) == "/run/mine");
  CHECK(agent_socket("~/agent", kHome) == "/home/ada/agent");
  ::unsetenv("SSH_AUTH_SOCK");
  CHECK(agent_socket("", kHome).empty());
}

TEST_CASE("the real ssh's answer is understood") {
  const auto folder = TemporaryFolder::make().value();
  const auto file =
      folder
          .write("config", as_bytes("Host pi\n HostName 10.1.2.3\n Port 2222\n User eve\n"
                                    " UserKnownHostsFile /nowhere/kh\n HashKnownHosts yes\n"
                                    " IdentityFile /keys/one\n IdentityAgent none\n"
                                    "Host jump\n ProxyJump bastion\n"
                                    "Host broken\n Port many\n"))
          .value();
  process::PosixRunner runner;
  const auto broken = SshConfig::of(kTarget, file, kHome, runner);
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().reason == Reason::bad_ssh_config);
  CHECK(broken.error().what.find("line 12") != std::string::npos);

  const auto good = folder
                        .write("good", as_bytes("Host pi\n HostName 10.1.2.3\n Port 2222\n"
                                                " User eve\n UserKnownHostsFile /nowhere/kh\n"
                                                " HashKnownHosts yes\n IdentityFile /keys/one\n"
                                                " IdentityAgent none\n"
                                                "Host jump\n ProxyJump bastion\n"))
                        .value();
  const auto config = SshConfig::of(kTarget, good, kHome, runner);
  REQUIRE(config.has_value());
  CHECK(config->hostname == "10.1.2.3");
  CHECK(config->port == 2222);
  CHECK(config->user == "eve");
  CHECK(config->known_hosts == "/nowhere/kh");
  CHECK(config->hash_known_hosts);
  CHECK(config->identity_files == std::vector<std::string>{"/keys/one"});
  CHECK(config->agent.empty());
  CHECK(SshConfig::of({"", "jump", 1}, good, kHome, runner).error().reason == Reason::proxied);
  CHECK(SshConfig::of({"bob", "pi", 1}, good, kHome, runner)->user == "bob");
}

TEST_CASE("a computer without ssh is told to install it") {
  process::ScriptedRunner runner;
  CHECK(SshConfig::of(kTarget, "", kHome, runner).error().reason == Reason::program_missing);
}
