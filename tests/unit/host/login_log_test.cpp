// SPDX-License-Identifier: MIT
#include "host/login_log.hpp"

#include <doctest/doctest.h>
#include <string>

#include "host/login_check.hpp"

using namespace latchkey::host;
using Ending = LoginLog::Ending;

namespace {

constexpr auto kOurs = "SHA256:3zn8vBGsFF7ibGLLLWnJV4XvQpHWQmKXRzCLaaX4S1M";
const std::string kBegin =
    "OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025\n"
    "debug1: Connecting to 127.0.0.1 [127.0.0.1] port 2222.\n"
    "debug1: Connection established.\n"
    "debug1: Authentications that can continue: publickey\n"
    "debug1: Next authentication method: publickey\n";
const std::string kOffers =
    std::string("debug1: Offering public key: /home/ada/my keys/id ED25519 ") + kOurs +
    " explicit\n";
const std::string kAccepts =
    std::string("debug1: Server accepts key: /home/ada/my keys/id ED25519 ") + kOurs +
    " explicit\n";
const std::string kIn = "Authenticated to 127.0.0.1 ([127.0.0.1]:2222) using \"publickey\".\n";

Ending ending(const std::string& log) { return LoginLog::read(log, kOurs).ending; }

}  // namespace

TEST_CASE("only a login whose accepted key is ours is ours") {
  CHECK(ending(kBegin + kOffers + kAccepts + kIn) == Ending::ours);
  CHECK(ending(kBegin + kIn) == Ending::another_key);
  CHECK(ending(kBegin + kOffers + kAccepts) == Ending::cannot_sign);
  const std::string other = "debug1: Server accepts key: /other ED25519 SHA256:other agent\n";
  CHECK(ending(kBegin + kAccepts + other + kIn) == Ending::another_key);
  CHECK(ending(kBegin + other + kAccepts + kIn) == Ending::ours);
  CHECK(LoginLog::read(kBegin + other + kIn, kOurs).accepted == "SHA256:other");
}

TEST_CASE("a certificate over our key is not our line in authorized_keys") {
  const auto certificate =
      std::string("debug1: Server accepts key: /home/ada/id ED25519-CERT ") + kOurs + " explicit\n";
  CHECK(ending(kBegin + certificate + kIn) == Ending::another_key);
}

TEST_CASE("what the other side makes ssh log is not taken for ssh's own words") {
  CHECK(ending(kBegin + kOffers + "debug1: Remote: " + kAccepts + kIn) == Ending::another_key);
  CHECK(ending(kBegin + kOffers + "debug1: Remote: Connection refused\n") == Ending::key_refused);
}

TEST_CASE("each way to fail is told apart") {
  CHECK(ending(kBegin + kOffers + "ada@127.0.0.1: Permission denied (publickey).\n") ==
        Ending::key_refused);
  CHECK(ending(kBegin + "ada@127.0.0.1: Permission denied (publickey).\n") ==
        Ending::key_not_offered);
  CHECK(ending(kBegin + kOffers + kAccepts +
               "sign_and_send_pubkey: signing failed for ED25519 \"/k\" from agent: agent refused "
               "operation\nada@127.0.0.1: Permission denied (publickey).\n") ==
        Ending::cannot_sign);
  CHECK(ending(kBegin + kOffers + kAccepts +
               "Load key \"/k\": incorrect passphrase supplied to decrypt private key\n") ==
        Ending::wrong_passphrase);
  CHECK(ending(kBegin + "debug1: send_pubkey_test: no mutual signature algorithm\n") ==
        Ending::type_refused);
  CHECK(ending("debug1: Connection established.\nHost key verification failed.\n") ==
        Ending::host_key_differs);
  CHECK(ending("ssh: connect to host pi port 22: Connection refused\n") ==
        Ending::connection_refused);
  CHECK(ending("ssh: connect to host pi port 22: Connection timed out\n") == Ending::no_connection);
  CHECK(ending("") == Ending::unclear);
  CHECK(ending(std::string("\0\xff\n", 3)) == Ending::unclear);
}
