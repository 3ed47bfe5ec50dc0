// SPDX-License-Identifier: MIT
#include "host/known_hosts_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "core/ssh/public_key_line.hpp"
#include "host/key_file.hpp"
#include "tests/unit/host/support/laptop.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;
using Pinned = KnownHostsFile::Pinned;

namespace {

struct Scene {
  Scene() {
    config.hostname = "pi.local";
    config.known_hosts = laptop.path(".ssh/known_hosts");
    ed25519 = key("one", "ed25519");
    other = key("two", "ed25519");
    ecdsa = key("three", "ecdsa");
  }
  std::optional<ssh::PublicKey> key(const std::string& name, const std::string& type) {
    laptop.make_key(name, type);
    return KeyFile::read(laptop.path(".ssh/" + name))->key;
  }
  [[nodiscard]] KnownHostsFile file(std::uint16_t port = 22) const {
    return KnownHostsFile::of(config, port).value();
  }
  [[nodiscard]] std::string text() const { return laptop.text_of(".ssh/known_hosts"); }
  static std::string line(const std::string& hosts, const std::optional<ssh::PublicKey>& key) {
    return hosts + " " + ssh::format_public_key(*key, "") + "\n";
  }

  Laptop laptop;
  SshConfig config;
  std::optional<ssh::PublicKey> ed25519, other, ecdsa;
};

}  // namespace

TEST_CASE("new keys are added, in a private file, and a second time nothing changes") {
  Scene scene;
  CHECK(scene.file().pin({*scene.ed25519, *scene.ecdsa}, false, scene.laptop.random) ==
        Pinned::added);
  const auto text = scene.text();
  CHECK(text == Scene::line("pi.local", scene.ed25519) + Scene::line("pi.local", scene.ecdsa));
  struct stat state {};
  REQUIRE(::stat(scene.config.known_hosts.c_str(), &state) == 0);
  CHECK((state.st_mode & 0777U) == 0600);
  CHECK(scene.file().pin({*scene.ed25519, *scene.ecdsa}, false, scene.laptop.random) ==
        Pinned::already);
  CHECK(scene.text() == text);
}

TEST_CASE("ssh-keygen finds what was pinned, hashed too, with its port") {
  Scene scene;
  scene.config.hash_known_hosts = true;
  REQUIRE(scene.file(2222).pin({*scene.ed25519}, false, scene.laptop.random).has_value());
  CHECK(scene.text().starts_with("|1|"));
  process::PosixRunner runner;
  const auto found =
      runner.run({{"ssh-keygen", "-F", "[pi.local]:2222", "-f", scene.config.known_hosts}, {}, {}});
  REQUIRE(found.has_value());
  CHECK(found->status == 0);
  CHECK(scene.file(2222).pin({*scene.ed25519}, false, scene.laptop.random) == Pinned::already);
}

TEST_CASE("an alias is looked up without a port, as ssh does") {
  Scene scene;
  scene.config.alias = "my-pi";
  CHECK(scene.file(2222).name() == "my-pi");
}

TEST_CASE("old bytes stay, whatever they are") {
  Scene scene;
  const std::string before = "# comment\r\n\n???\n" + Scene::line("*.org", scene.other) + "no end";
  scene.laptop.write(".ssh/known_hosts", before);
  CHECK(scene.file().pin({*scene.ed25519}, false, scene.laptop.random) == Pinned::added);
  CHECK(scene.text() == before + "\n" + Scene::line("pi.local", scene.ed25519));
}

TEST_CASE("a different key of the same type is a change, and needs a yes") {
  Scene scene;
  const auto before = "x\n" + Scene::line("pi.local,10.0.0.1", scene.other);
  scene.laptop.write(".ssh/known_hosts", before);
  const auto comparison = scene.file().compare({*scene.ed25519});
  REQUIRE(comparison.has_value());
  REQUIRE(comparison->different.size() == 1);
  CHECK(comparison->different[0].line == 2);
  CHECK(comparison->different[0].type == "ssh-ed25519");
  const auto refused = scene.file().pin({*scene.ed25519}, false, scene.laptop.random);
  CHECK(refused.error().reason == Reason::host_key_changed);
  CHECK(scene.text() == before);
  CHECK(scene.file().pin({*scene.ed25519}, true, scene.laptop.random) == Pinned::replaced);
  CHECK(scene.text() ==
        "x\n" + Scene::line("10.0.0.1", scene.other) + Scene::line("pi.local", scene.ed25519));
}

TEST_CASE("a key of another type contradicts only where none agrees") {
  Scene scene;
  scene.laptop.write(".ssh/known_hosts", Scene::line("pi.local", scene.ecdsa));
  CHECK(scene.file().compare({*scene.ed25519})->different.size() == 1);
  scene.laptop.write(".ssh/known_hosts",
                     Scene::line("pi.local", scene.ecdsa) + Scene::line("pi.local", scene.ed25519));
  CHECK(scene.file().compare({*scene.ed25519})->different.empty());
  CHECK(scene.file().compare({*scene.ed25519})->missing.empty());
}

TEST_CASE("a line for many hosts is its owner's to change") {
  Scene scene;
  const auto before = Scene::line("*.local", scene.other);
  scene.laptop.write(".ssh/known_hosts", before);
  const auto refused = scene.file().pin({*scene.ed25519}, true, scene.laptop.random);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().reason == Reason::host_key_changed);
  CHECK(refused.error().next.find("Line 1") != std::string::npos);
  CHECK(scene.text() == before);
}

TEST_CASE("a revoked host key ends it") {
  Scene scene;
  scene.laptop.write(".ssh/known_hosts", Scene::line("@revoked pi.local", scene.ed25519));
  CHECK(scene.file().compare({*scene.ed25519}).error().reason == Reason::host_key_revoked);
  CHECK(scene.file().pin({*scene.ed25519}, true, scene.laptop.random).error().reason ==
        Reason::host_key_revoked);
}

TEST_CASE("a file that cannot be written is said") {
  Scene scene;
  scene.config.known_hosts = scene.laptop.path("no/such/folder/known_hosts");
  const auto failed = scene.file().pin({*scene.ed25519}, false, scene.laptop.random);
  CHECK(failed.error().reason == Reason::local_file);
}
