// SPDX-License-Identifier: MIT
#include "firmware/monitor/sshd_site.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fstream>

#include "firmware/monitor/listeners.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using channel::ResultCode;
using monitor::Account;
using monitor::SshdSite;

namespace {

Account anna() { return {"anna", 1234, 1234, "/home/anna"}; }

/// This machine with the real sshd, but a configuration and a host key of ours. As root, sshd
/// would ask for a folder that only a running one has, so that it is asked as nobody.
struct RealSite {
  test::TempFolder folder;
  process::PosixRunner runner;
  config::Config config;
  SshdSite site{config, runner};
  std::string host_key = folder.file("host_key");

  RealSite() {
    ::chmod(folder.path().c_str(), 0755);
    process::Command keygen;
    keygen.arguments = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key};
    REQUIRE(runner.run(keygen)->status == 0);
    config.name = "testpi";
    config.policy.key_types = {"ssh-ed25519", "ssh-dss", "ecdsa-sha2-nistp256"};
    config.policy.accounts = {"@first"};
    if (const auto own = monitor::own_account()) config.policy.accounts = {own->name};
    config.sshd.config = folder.file("sshd_config");
    if (::geteuid() == 0) {
      ::chmod(host_key.c_str(), 0644);
      config.sshd.program = folder.file("sshd");
      std::ofstream(config.sshd.program)
          << "#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups /usr/sbin/sshd "
             "\"$@\"\n";
      ::chmod(config.sshd.program.c_str(), 0755);
    }
    configure("");
  }
  void configure(const std::string& text) const {
    std::ofstream(config.sshd.config) << "HostKey " << host_key << "\n" << text;
  }
  ResultCode code_for(const std::string& settings, const std::string& address = "192.0.2.7",
                      const std::string& key_type = "ssh-ed25519") {
    configure(settings);
    const auto destination = site.destination(anna(), key_type, address);
    REQUIRE(destination);
    CHECK(destination->text.empty() == (destination->code == ResultCode::added));
    return destination->code;
  }
};

}  // namespace

TEST_CASE_FIXTURE(RealSite, "a survey finds the port, the host key and what sshd accepts") {
  configure("Port 2222\nPort 2200\n");
  const auto facts = site.survey();
  REQUIRE(facts);
  CHECK(facts->ssh_port == 2222);
  CHECK(facts->key_types == std::vector<std::string>{"ssh-ed25519", "ecdsa-sha2-nistp256"});
  REQUIRE(facts->host_keys.size() == 1);
  CHECK(as_text(ByteView(facts->host_keys[0]).subspan(4, 11)) == "ssh-ed25519");
  CHECK(facts->device == "testpi");
  CHECK_FALSE(facts->model.empty());
}

TEST_CASE_FIXTURE(RealSite, "sshd runs when somebody listens on its port") {
  std::uint16_t port = 0;
  {
    const auto sshd = monitor::Listeners::open(0);
    REQUIRE(sshd);
    port = sshd->port();
    configure("Port " + std::to_string(port) + "\n");
    CHECK(site.survey()->sshd_running);
  }
  CHECK_FALSE(site.survey()->sshd_running);
}

TEST_CASE_FIXTURE(RealSite, "a host key without its public half is left out") {
  std::ofstream(host_key + ".pub") << "no key\n";
  CHECK(site.survey()->host_keys.empty());
  REQUIRE(::unlink((host_key + ".pub").c_str()) == 0);
  CHECK(site.survey()->host_keys.empty());
}

TEST_CASE_FIXTURE(RealSite, "a key goes to the files that sshd reads for the account") {
  configure("AuthorizedKeysFile %h/.keys/%u .ssh/authorized_keys\nStrictModes no\n");
  const auto destination = site.destination(anna(), "ssh-ed25519", "");
  REQUIRE(destination);
  CHECK(destination->code == ResultCode::added);
  CHECK(destination->files ==
        std::vector<std::string>{"/home/anna/.keys/anna", "/home/anna/.ssh/authorized_keys"});
  CHECK_FALSE(destination->strict_modes);
}

TEST_CASE_FIXTURE(RealSite, "what sshd would refuse is refused before anything is written") {
  CHECK(code_for("") == ResultCode::added);
  CHECK(code_for("DenyUsers anna\n") == ResultCode::sshd_would_refuse);
  CHECK(code_for("AllowUsers berta\n") == ResultCode::sshd_would_refuse);
  CHECK(code_for("PubkeyAuthentication no\n") == ResultCode::sshd_would_refuse);
  CHECK(code_for("AuthorizedKeysFile none\n") == ResultCode::sshd_would_refuse);
  CHECK(code_for("AuthorizedKeysFile /etc/keys\n") == ResultCode::sshd_would_refuse);
  CHECK(code_for("PubkeyAcceptedAlgorithms rsa-sha2-512\n") == ResultCode::key_type_not_allowed);
  CHECK(code_for("", "192.0.2.7", "ssh-dss") == ResultCode::key_type_not_allowed);
}

TEST_CASE_FIXTURE(RealSite, "Match blocks count for this account and this address") {
  const std::string user = "Match User anna\n  PubkeyAuthentication no\n";
  CHECK(code_for(user) == ResultCode::sshd_would_refuse);
  CHECK(code_for("Match User berta\n  PubkeyAuthentication no\n") == ResultCode::added);
  const std::string address = "Match Address 192.0.2.0/24\n  PubkeyAuthentication no\n";
  CHECK(code_for(address) == ResultCode::sshd_would_refuse);
  CHECK(code_for(address, "198.51.100.1") == ResultCode::added);
  CHECK(code_for(address, "") == ResultCode::added);
  const std::string six = "Match Address 2001:db8::/32\n  PubkeyAuthentication no\n";
  CHECK(code_for(six, "2001:db8::7") == ResultCode::sshd_would_refuse);
  CHECK(code_for(six) == ResultCode::added);
  // Where the peer is this machine, so is our address on the way to it.
  const std::string local = "Match LocalAddress 127.0.0.1\n  PubkeyAuthentication no\n";
  CHECK(code_for(local, "127.0.0.1") == ResultCode::sshd_would_refuse);
}

TEST_CASE_FIXTURE(RealSite, "an sshd that cannot answer is an error, not an empty answer") {
  configure("NoSuchSetting yes\n");
  CHECK_FALSE(site.survey());
  CHECK_FALSE(site.destination(anna(), "ssh-ed25519", ""));
  config.sshd.program = folder.file("missing");
  CHECK(site.survey().error().is(Errc::not_found));
}
