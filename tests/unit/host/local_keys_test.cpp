// SPDX-License-Identifier: MIT
#include "host/local_keys.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <algorithm>

#include "hal/process/sim/scripted_runner.hpp"
#include "host/key_file.hpp"
#include "host/key_maker.hpp"
#include "tests/unit/host/support/laptop.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

void make(const Laptop& laptop, const std::string& name, std::vector<std::string> more) {
  ::mkdir(laptop.home.ssh_directory().c_str(), 0700);
  process::Command command;
  command.arguments = {"ssh-keygen", "-q", "-C", "a comment", "-f", laptop.path(".ssh/" + name)};
  for (auto& argument : more) command.arguments.push_back(std::move(argument));
  process::PosixRunner runner;
  const auto made = runner.run(command);
  REQUIRE(made.has_value());
  REQUIRE_MESSAGE(made->status == 0, made->errors);
}

LocalKeys find(Laptop& laptop, std::vector<std::string> more = {}) {
  return LocalKeys::find(laptop.home, more, "", laptop.programs);
}

const LocalKey& key_of(const LocalKeys& keys, std::string_view file) {
  const auto found = std::ranges::find(keys.keys, file, &LocalKey::file);
  REQUIRE_MESSAGE(found != keys.keys.end(), std::string(file));
  return *found;
}

}  // namespace

TEST_CASE("keys of every kind and format are found, with or without passphrase") {
  Laptop laptop;
  make(laptop, "id_ed25519", {"-t", "ed25519", "-N", ""});
  make(laptop, "locked", {"-t", "ecdsa", "-N", "a passphrase"});
  make(laptop, "old_rsa", {"-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""});
  make(laptop, "old_locked", {"-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "a passphrase"});
  make(laptop, "pkcs8_locked", {"-t", "ecdsa", "-m", "PKCS8", "-N", "a passphrase"});
  laptop.write(".ssh/config", "Host *\n");
  laptop.write(".ssh/known_hosts", "");
  const auto found = find(laptop);
  CHECK(found.keys.size() == 5);
  CHECK(found.unusable.empty());
  CHECK_FALSE(found.agent_answers);
  const auto at = [&](const char* name) {
    return key_of(found, laptop.path(std::string(".ssh/") + name));
  };
  CHECK_FALSE(at("id_ed25519").encrypted);
  CHECK(at("id_ed25519").comment == "a comment");
  CHECK(at("id_ed25519").fingerprint.starts_with("SHA256:"));
  CHECK(at("locked").encrypted);
  CHECK(at("locked").asks());
  CHECK_FALSE(at("old_rsa").encrypted);
  CHECK(at("old_locked").encrypted);
  CHECK(at("pkcs8_locked").encrypted);
  const auto ranked = found.ranked();
  REQUIRE(ranked.size() == 5);
  CHECK(ranked[0].file == laptop.path(".ssh/id_ed25519"));
}

TEST_CASE("files that ssh would ignore are said, with what mends them") {
  Laptop laptop;
  make(laptop, "open", {"-t", "ed25519", "-N", ""});
  REQUIRE(::chmod(laptop.path(".ssh/open").c_str(), 0644) == 0);
  laptop.write(".ssh/broken",
               "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
  REQUIRE(::chmod(laptop.path(".ssh/broken").c_str(), 0600) == 0);
  make(laptop, "alone", {"-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""});
  REQUIRE(::remove(laptop.path(".ssh/alone.pub").c_str()) == 0);
  const auto found = find(laptop);
  CHECK(found.keys.empty());
  REQUIRE(found.unusable.size() == 3);
  CHECK(found.unusable[0].why.find("ssh-keygen -y") != std::string::npos);
  CHECK(found.unusable[2].why.find("chmod 600") != std::string::npos);
}

TEST_CASE("keys that may be enrolled nowhere are listed and never chosen") {
  Laptop laptop;
  make(laptop, "weak", {"-t", "rsa", "-b", "1024", "-N", ""});
  const auto found = find(laptop);
  CHECK(found.keys.size() == 1);
  CHECK(found.ranked().empty());
}

TEST_CASE("a key in the agent and in a file is one key, and the agent's come first") {
  Laptop laptop;
  laptop.make_key("id_ed25519");
  make(laptop, "locked", {"-t", "rsa", "-N", "a passphrase"});
  const auto line = laptop.text_of(".ssh/locked.pub");
  process::ScriptedRunner runner;
  runner.expect("ssh-add", process::Finished{0, line + "not a key\n", {}});
  const auto found = LocalKeys::find(laptop.home, {}, "/run/agent", runner);
  CHECK(found.agent_answers);
  CHECK(runner.history().at(0).environment == std::vector<std::string>{"SSH_AUTH_SOCK=/run/agent"});
  REQUIRE(found.keys.size() == 2);
  const auto& locked = key_of(found, laptop.path(".ssh/locked"));
  CHECK(locked.in_agent);
  CHECK(locked.encrypted);
  CHECK_FALSE(locked.asks());
  CHECK(found.ranked().at(0).file == locked.file);
}

TEST_CASE("an agent that is empty, or gone, is no fault") {
  Laptop laptop;
  for (const int status : {1, 2}) {
    process::ScriptedRunner runner;
    runner.expect("ssh-add", process::Finished{status, "The agent has no identities.\n", {}});
    const auto found = LocalKeys::find(laptop.home, {}, "/run/agent", runner);
    CHECK(found.keys.empty());
    CHECK(found.agent_answers == (status == 1));
  }
}

TEST_CASE("a file that ssh_config names is found outside ~/.ssh") {
  Laptop laptop;
  laptop.make_key("work");
  REQUIRE(::rename(laptop.path(".ssh/work").c_str(), laptop.path("work").c_str()) == 0);
  CHECK(find(laptop, {laptop.path("work"), laptop.path("no-such")}).keys.size() == 1);
}

TEST_CASE("a named file is taken by either half, or refused with a reason") {
  Laptop laptop;
  laptop.make_key();
  const auto found = find(laptop);
  const auto file = laptop.path(".ssh/id_ed25519");
  CHECK(found.of_file(file)->file == file);
  CHECK(found.of_file(file + ".pub")->file == file);
  CHECK(found.of_file(laptop.path("none")).error().reason == Reason::no_such_file);
  laptop.write("junk", "junk");
  CHECK(found.of_file(laptop.path("junk")).error().reason == Reason::bad_key_file);
  laptop.write("lonely.pub", laptop.text_of(".ssh/id_ed25519.pub"));
  CHECK(LocalKeys{}.of_file(laptop.path("lonely.pub")).error().reason == Reason::bad_key_file);
  CHECK(found.of_file(laptop.path(".ssh")).error().reason == Reason::bad_key_file);
}

TEST_CASE("a new key never goes over an existing file of either half") {
  Laptop laptop;
  process::PosixRunner runner;
  const auto file = laptop.path(".ssh/new");
  const auto made = make_software_key({file, "hello", false}, runner);
  REQUIRE(made.has_value());
  CHECK(made->comment == "hello");
  CHECK_FALSE(made->encrypted);
  const auto before = laptop.text_of(".ssh/new");
  CHECK(make_software_key({file, "", false}, runner).error().reason == Reason::key_exists);
  REQUIRE(::remove(file.c_str()) == 0);
  CHECK(make_software_key({file, "", false}, runner).error().reason == Reason::key_exists);
  CHECK_FALSE(before.empty());
}
