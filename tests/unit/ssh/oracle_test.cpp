// SPDX-License-Identifier: MIT
// What we write and read, as the ssh-keygen of this system sees it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/ssh/authorized_keys.hpp"
#include "core/ssh/fingerprint.hpp"
#include "core/ssh/known_hosts.hpp"
#include "core/ssh/openssh_key.hpp"
#include "core/ssh/sshsig.hpp"
#include "tests/unit/ssh/support.hpp"

using namespace latchkey;
using namespace latchkey::ssh;
using namespace latchkey::ssh::test;

namespace {

constexpr const char* kStrong[] = {"rsa2048",  "rsa3072", "ecdsa256",   "ecdsa384",
                                   "ecdsa521", "ed25519", "sk-ed25519", "sk-ecdsa"};

std::string fingerprint_of(std::string_view name) {
  return fingerprint(golden_key(name).blob()).value();
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
  return found;
}

}  // namespace

TEST_CASE("ssh-keygen reads the lines that we compose, options and all") {
  LineOptions options;
  options.restricted = options.verify_required = true;
  options.from = "10.0.0.0/8,*.example.org";
  options.expires = WallTime(std::chrono::seconds(1767323045));
  for (const auto* name : kStrong) {
    CAPTURE(name);
    const TempFolder folder;
    const auto line = compose_line(options, golden_key(name), "Anna's key").value();
    const auto path = folder.write("authorized_keys", line + '\n');
    const auto seen = run("ssh-keygen -l -f " + path);
    CHECK(seen.status == 0);
    CHECK(seen.output.find(std::to_string(golden_key(name).bits()) + ' ' + fingerprint_of(name) +
                           " Anna's key (") == 0);
  }
}

TEST_CASE("ssh-keygen finds the same keys in an authorized_keys file as we do") {
  const auto key = format_public_key(golden_key("ed25519"), {});
  const std::string text = "# x\n\n" + key + "\r\n" + R"(command="a \" b # c" )" + key + " c\n" +
                           R"(command="open\" )" + key + "\nno-pty\t" + key + "\n  " + key +
                           "\nssh-rsa " + key.substr(12) + "\ncommand=\"" + key + "\"\n\x01\n" +
                           "no-pty, no-x " + key + "\n" +
                           format_public_key(golden_key("sk-ecdsa"), {});
  const TempFolder folder;
  const auto seen = run("ssh-keygen -l -f " + folder.write("authorized_keys", text));
  const auto keys = AuthorizedKeys::parse(as_bytes(text)).value();
  CHECK(count(seen.output, fingerprint_of("ed25519")) == keys.find(golden_key("ed25519")).size());
  CHECK(count(seen.output, fingerprint_of("sk-ecdsa")) == keys.find(golden_key("sk-ecdsa")).size());
  CHECK(keys.find(golden_key("ed25519")).size() == 4);
}

TEST_CASE("ssh-keygen takes our private files for security keys") {
  for (const auto* name : {"sk-ed25519", "sk-ecdsa"}) {
    CAPTURE(name);
    const TempFolder folder;
    crypto::SystemRandom random;
    SkPrivateKey key{golden_key(name), sk_flag::kUserPresence | sk_flag::kResident, Bytes(97, 0x42),
                     "anna@laptop"};
    const auto path = folder.write("id", write_sk_private_file(key, random).value());
    const auto line = run("ssh-keygen -y -f " + path);
    CHECK(line.status == 0);
    CHECK(line.output == format_public_key(key.public_key, key.comment) + '\n');
    CHECK(run("ssh-keygen -l -f " + path).output.find(fingerprint_of(name) + " anna@laptop (") !=
          std::string::npos);
  }
}

TEST_CASE("ssh-keygen sets a passphrase on our private files") {
  const TempFolder folder;
  crypto::SystemRandom random;
  const SkPrivateKey key{golden_key("sk-ed25519"), sk_flag::kUserPresence, Bytes(64, 7), "locked"};
  const auto path = folder.write("id", write_sk_private_file(key, random).value());
  CHECK(run("ssh-keygen -p -q -P '' -N passphrase -f " + path).status == 0);
  const auto info = read_private_file(folder.read("id")).value();
  CHECK(info.is_encrypted());
  CHECK(info.public_key == key.public_key);
}

TEST_CASE("ssh-keygen finds the hosts that we write, plain and hashed") {
  crypto::SystemRandom random;
  for (const std::uint16_t port : {std::uint16_t{22}, std::uint16_t{2222}}) {
    const auto name = host_name("Pi.local", port).value();
    const auto key = golden_key("ecdsa521");
    for (const auto& line :
         {compose_known_host(name, key), compose_hashed_host(name, key, random).value()}) {
      CAPTURE(line);
      const TempFolder folder;
      const auto path = folder.write("known_hosts", golden("hashed_hosts").append(line) + '\n');
      const auto seen = run(fmt::format("ssh-keygen -l -F '{}' -f {}", name, path));
      CHECK(seen.status == 0);
      CHECK(seen.output.find(fingerprint_of("ecdsa521")) != std::string::npos);
      CHECK(run("ssh-keygen -F other.local -f " + path).status == 1);
    }
  }
}

TEST_CASE("ssh-keygen finds a host in known_hosts exactly where we find it") {
  const auto text = golden("known_hosts") + golden("hashed_hosts");
  const auto hosts = KnownHosts::parse(as_bytes(text)).value();
  const TempFolder folder;
  const auto path = folder.write("known_hosts", text);
  for (const auto* name : {"pi.local", "[pi.local]:2222", "192.0.2.7", "good.example.org",
                           "bad.example.org", "a.example.net", "fe80::1", "elsewhere"}) {
    CAPTURE(name);
    const auto seen = run("ssh-keygen -F '" + std::string(name) + "' -f " + path);
    CHECK(count(seen.output, "found: line") == hosts.find(name).size());
  }
}

TEST_CASE("ssh-keygen verifies a signature after it went through our armour") {
  for (const auto* name : {"ed25519", "rsa2048", "ecdsa521", "sk-ed25519", "sk-ecdsa"}) {
    CAPTURE(name);
    const TempFolder folder;
    const auto signers =
        folder.write("signers", fmt::format("me {}\n", format_public_key(golden_key(name), {})));
    const auto blob = dearmor(golden(std::string(name) + ".sig")).value();
    const auto signature = folder.write("sig", armor(blob));
    const auto message = folder.write("message", golden("message"));
    const auto seen =
        run(fmt::format("ssh-keygen -Y verify -I me -n latchkey@golden -f {} -s {} <{}", signers,
                        signature, message));
    CHECK(seen.output.find("Good \"latchkey@golden\" signature") == 0);
  }
}
