// SPDX-License-Identifier: MIT
#include "firmware/keyfile/sshd_settings.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "firmware/keyfile/glob.hpp"
#include "firmware/keyfile/throwaway_key.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/keyfile/scratch_home.hpp"

using namespace latchkey;
using namespace latchkey::keyfile;
using test::ScratchHome;
namespace fs = std::filesystem;

namespace {

const SshdAccount kAnna{"anna", 1234, "/home/anna", {"anna", "gpio"}};

/// The real sshd, with a configuration of ours. As root it would ask for a folder that only a
/// running sshd has, so that it is asked as nobody, with a host key that nobody can read.
struct RealSshd {
  ScratchHome scratch;
  process::PosixRunner runner;

  Result<SshdSettings> ask(const std::string& config, const std::string& user = "anna",
                           const std::string& address = "192.0.2.7") {
    const auto file = scratch.root() / "sshd_config";
    std::ofstream(file) << config;
    SshdProgram program;
    program.config = file;
    auto key = ThrowawayKey::make(runner);
    REQUIRE(key);
    if (::geteuid() == 0) {
      program.command = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                         "/usr/sbin/sshd"};
      for (const auto& path : {scratch.root(), fs::path(key->path()).parent_path()}) {
        ::chmod(path.c_str(), 0755);
      }
      ::chmod(key->path().c_str(), 0644);
      program.host_key = key->path();
    }
    return SshdSettings::ask(runner, program, {user, "laptop", address, "192.0.2.1", 22});
  }
};

std::string path_of(const Result<SshdSettings>& settings) {
  REQUIRE(settings);
  const auto files = settings->key_files(kAnna);
  return files ? files->path : "refused: " + files.error().text;
}

const std::string kMinimal = "authorizedkeysfile .ssh/a\npubkeyacceptedalgorithms ssh-ed25519\n";

}  // namespace

TEST_CASE_FIXTURE(RealSshd, "sshd without settings reads the two default files") {
  const auto settings = ask("");
  REQUIRE(settings);
  const auto files = settings->key_files(kAnna);
  REQUIRE(files);
  CHECK(files->path == "/home/anna/.ssh/authorized_keys");
  CHECK(files->others == std::vector<std::string>{"/home/anna/.ssh/authorized_keys2"});
  CHECK(settings->accepts("ssh-ed25519"));
  CHECK(settings->accepts("sk-ssh-ed25519@openssh.com"));
  CHECK(settings->accepts("ssh-rsa"));
  CHECK_FALSE(settings->accepts("ssh-dss"));
  CHECK_FALSE(settings->accepts("ssh-ed25519 "));
  CHECK(settings->strict_modes());
  CHECK(settings->ports() == std::vector<std::uint16_t>{22});
  CHECK(settings->rsa_bits() == 1024);
  CHECK(settings->host_keys().size() == 1);
  CHECK_FALSE(settings->excludes(kAnna));
}

TEST_CASE_FIXTURE(RealSshd, "settings for everybody are read") {
  const auto settings =
      ask("Port 2222\nPort 2200\nStrictModes no\nPubkeyAcceptedAlgorithms rsa-sha2-512\n"
          "AuthorizedKeysFile %h/.keys/%u-%U-%%\n");
  CHECK(path_of(settings) == "/home/anna/.keys/anna-1234-%");
  CHECK_FALSE(settings->strict_modes());
  CHECK(settings->ports() == std::vector<std::uint16_t>{2222, 2200});
  CHECK(settings->accepts("ssh-rsa"));
  CHECK_FALSE(settings->accepts("ssh-ed25519"));
}

TEST_CASE_FIXTURE(RealSshd, "Match User counts for that user alone") {
  const std::string config = "Match User anna\n  AuthorizedKeysFile .anna/keys\n";
  CHECK(path_of(ask(config)) == "/home/anna/.anna/keys");
  CHECK(path_of(ask(config, "berta")) == "/home/anna/.ssh/authorized_keys");
}

TEST_CASE_FIXTURE(RealSshd, "Match Address counts for the client's address") {
  const std::string config =
      "Match Address 192.0.2.0/24\n  AuthorizedKeysFile .lan/keys\n"
      "Match Address 2001:db8::/32\n  AuthorizedKeysFile .six/keys\n";
  CHECK(path_of(ask(config)) == "/home/anna/.lan/keys");
  CHECK(path_of(ask(config, "anna", "198.51.100.1")) == "/home/anna/.ssh/authorized_keys");
  CHECK(path_of(ask(config, "anna", "2001:db8::1")) == "/home/anna/.six/keys");
}

TEST_CASE_FIXTURE(RealSshd, "none, shared paths and patterns are refused with a sentence") {
  for (const auto* value : {"none", "/etc/ssh/authorized_keys", "/etc/ssh/keys/%u", "/home/berta/x",
                            "%h/../keys", ".ssh/*", ".ssh/authorized_keys.[ab]", "keys/%k"}) {
    CAPTURE(value);
    const auto settings = ask(std::string("AuthorizedKeysFile ") + value + "\n");
    REQUIRE(settings);
    const auto files = settings->key_files(kAnna);
    REQUIRE_FALSE(files);
    CHECK(files.error().reason == Reason::path_refused);
    CHECK_FALSE(files.error().text.empty());
  }
}

TEST_CASE_FIXTURE(RealSshd, "of a shared and an own file the own one is written") {
  const auto settings =
      ask("AuthorizedKeysFile /etc/ssh/keys/%u .ssh/a .ssh/b .ssh/c .ssh/d .ssh/e\n");
  REQUIRE(settings);
  const auto files = settings->key_files(kAnna);
  REQUIRE(files);
  CHECK(files->path == "/home/anna/.ssh/a");
  CHECK(files->others.size() == KeyFilePaths::kMaxOthers);
}

TEST_CASE_FIXTURE(RealSshd, "what shuts an account out is said") {
  const std::pair<const char*, const char*> cases[] = {
      {"PubkeyAuthentication no", "PubkeyAuthentication"},
      {"AuthenticationMethods publickey,password", "AuthenticationMethods"},
      {"DenyUsers berta anna", "DenyUsers"},
      {"DenyUsers a*", "DenyUsers"},
      {"AllowUsers berta carla", "AllowUsers"},
      {"DenyGroups gp?o", "DenyGroups"},
      {"AllowGroups wheel", "AllowGroups"},
  };
  for (const auto& [line, word] : cases) {
    CAPTURE(line);
    const auto settings = ask(std::string(line) + "\n");
    REQUIRE(settings);
    const auto why = settings->excludes(kAnna);
    REQUIRE(why);
    CHECK(why->find(word) != std::string::npos);
  }
  for (const auto* line :
       {"AllowUsers anna@192.0.2.*", "AllowUsers berta an*", "DenyUsers anna@evil",
        "AllowGroups gpio", "AuthenticationMethods publickey,password publickey"}) {
    CAPTURE(line);
    const auto settings = ask(std::string(line) + "\n");
    REQUIRE(settings);
    CHECK_FALSE(settings->excludes(kAnna));
  }
}

TEST_CASE_FIXTURE(RealSshd, "PermitRootLogin shuts out root alone") {
  const SshdAccount root{"root", 0, "/root", {"root"}};
  const auto no = ask("PermitRootLogin no\n");
  REQUIRE(no);
  CHECK(no->excludes(root));
  CHECK_FALSE(no->excludes(kAnna));
  const auto keys = ask("PermitRootLogin prohibit-password\n");
  REQUIRE(keys);
  CHECK_FALSE(keys->excludes(root));
}

TEST_CASE_FIXTURE(RealSshd, "a configuration that sshd refuses is told in sshd's words") {
  const auto settings = ask("NoSuchSetting yes\n");
  REQUIRE_FALSE(settings);
  CHECK(settings.error().is(Errc::outside));
  CHECK(settings.error().message().find("NoSuchSetting") != std::string::npos);
}

TEST_CASE_FIXTURE(RealSshd, "a login that would change the question is not asked about") {
  for (const auto* user : {"", "anna,addr=127.0.0.1", "an na", "anna\n", "\x1b"}) {
    CAPTURE(user);
    const auto settings = ask("", user);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().is(Errc::malformed));
  }
}

TEST_CASE("a program that is missing is an error") {
  process::PosixRunner runner;
  SshdProgram program;
  program.command = {"/no/such/sshd"};
  program.host_key = "/nothing";
  CHECK_FALSE(SshdSettings::ask(runner, program, {"anna", "h", "::1", "::1", 22}));
}

TEST_CASE("what is no output of sshd is refused") {
  CHECK(SshdSettings::parse("").error().is(Errc::truncated));
  CHECK(SshdSettings::parse("hello\nworld\n").error().is(Errc::truncated));
  CHECK(SshdSettings::parse(kMinimal));
  CHECK(SshdSettings::parse(kMinimal + "\n \n  \nport\n").error().is(Errc::malformed));
  for (const auto* port : {"99999", "-1", "22x", " 22"}) {
    CHECK(SshdSettings::parse(kMinimal + "port " + port + "\n").error().is(Errc::malformed));
  }
  CHECK(SshdSettings::parse(std::string(300 * 1024, '\n')).error().is(Errc::too_large));
}

TEST_CASE("patterns match as sshd matches them") {
  CHECK(glob_matches("", ""));
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("a*c?e*", "abbcdefg"));
  CHECK_FALSE(glob_matches("a", ""));
  CHECK_FALSE(glob_matches("", "a"));
  CHECK_FALSE(glob_matches("a?", "a"));
  CHECK_FALSE(glob_matches("anna", "Anna"));
  CHECK_FALSE(glob_matches("*a*a*a*a*a*a*a*b", std::string(255, 'a')));
}

TEST_CASE("a throw-away key leaves nothing behind") {
  process::PosixRunner runner;
  std::string path;
  {
    auto key = ThrowawayKey::make(runner);
    REQUIRE(key);
    path = key->path();
    CHECK(fs::exists(path));
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
  }
  CHECK_FALSE(fs::exists(fs::path(path).parent_path()));
}
