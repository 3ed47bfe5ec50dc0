// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "firmware/config/config.hpp"

using namespace latchkey;
using config::Config;
using config::parse_config;

namespace {

struct Refusal {
  std::string toml;
  Errc code;
  std::string doing;
};

void check_refused(const std::vector<Refusal>& refusals) {
  for (const auto& refusal : refusals) {
    CAPTURE(refusal.toml);
    const auto config = parse_config(refusal.toml, "l.toml");
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().doing == refusal.doing);
    CHECK(config.error().is(refusal.code));
  }
}

Config parsed(const std::string& toml) {
  CAPTURE(toml);
  auto config = parse_config(toml, "l.toml");
  if (!config) FAIL(config.error().message());
  return *config;
}

const std::string kSixtyFour(64, 'n');

}  // namespace

TEST_CASE("an empty file gives the defaults") {
  const auto config = parsed("");
  CHECK(config.name.empty());
  CHECK(config.port == 7822);
  CHECK(config.code == config::CodeShape::normal);
  CHECK(config.speed == config::Speed::normal);
  CHECK(config.confirm == config::Confirm::none);
  CHECK_FALSE(config.enable_ssh);
  CHECK_FALSE(config.allow_volatile_home);
  CHECK(config.policy.key_types ==
        std::vector<std::string>{"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
                                 "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                 "ecdsa-sha2-nistp521", "ssh-rsa"});
  CHECK(config.policy.hardware == config::Hardware::any);
  CHECK_FALSE(config.policy.user_verification);
  CHECK(config.policy.aaguid_allow.empty());
  CHECK(config.policy.max_validity_days == 0);
  CHECK(config.policy.accounts == std::vector<std::string>{"@first"});
  CHECK(config.policy.ca_allow.empty());
  CHECK(config.policy.key_in_pi);
  CHECK(config.sshd.program == "/usr/sbin/sshd");
  CHECK(config.sshd.config.empty());
  CHECK(parsed("[policy]\n[sshd]\n") == config);
}

TEST_CASE("every key can be set") {
  const auto config = parsed(R"(
name = "Küche"
port = 0
code = "strict"
speed = "slow"
confirm = "press"
enable_ssh = true
allow_volatile_home = true
[policy]
key_types = ["ssh-ed25519", "sk-ssh-ed25519@openssh.com"]
hardware = "require"
user_verification = true
aaguid_allow = ["CB69481E-8ff7-4039-93ec-0a2729a154a8"]
max_validity = "12w"
accounts = ["@first", "root", "_www.data-2"]
ca_allow = ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"]
key_in_pi = false
[sshd]
program = "/opt/sshd"
config = "/etc/ssh/other"
)");
  Config wanted;
  wanted.name = "Küche";
  wanted.port = 0;
  wanted.code = config::CodeShape::strict;
  wanted.speed = config::Speed::slow;
  wanted.confirm = config::Confirm::press;
  wanted.enable_ssh = true;
  wanted.allow_volatile_home = true;
  wanted.policy.key_types = {"ssh-ed25519", "sk-ssh-ed25519@openssh.com"};
  wanted.policy.hardware = config::Hardware::require;
  wanted.policy.user_verification = true;
  wanted.policy.aaguid_allow = {
      attest::parse_aaguid("cb69481e-8ff7-4039-93ec-0a2729a154a8").value()};
  wanted.policy.max_validity_days = 84;
  wanted.policy.accounts = {"@first", "root", "_www.data-2"};
  wanted.policy.ca_allow = {"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"};
  wanted.policy.key_in_pi = false;
  wanted.sshd = {"/opt/sshd", "/etc/ssh/other"};
  CHECK(config == wanted);
  CHECK(parsed("speed = 'fast'").speed == config::Speed::fast);
  CHECK(parsed("policy.hardware = 'prefer'").policy.hardware == config::Hardware::prefer);
  CHECK(parsed("policy = { max_validity = '90d' }").policy.max_validity_days == 90);
}

TEST_CASE("the edges of what is allowed are allowed") {
  CHECK(parsed("port = 65535").port == 65535);
  CHECK(parsed("name = '" + kSixtyFour + "'").name == kSixtyFour);
  CHECK(parsed("policy.accounts = ['a','b','c','d','e','f','g','h']").policy.accounts.size() == 8);
  CHECK(parsed("policy.aaguid_allow = []").policy.aaguid_allow.empty());
  CHECK(parsed("sshd.config = ''").sshd.config.empty());
  CHECK(parsed("\xef\xbb\xbfport = 1\r\n").port == 1);
}

TEST_CASE("an unknown key is refused with its line and the key that was meant") {
  check_refused({
      {"\n\nprot = 1", Errc::unsupported, "l.toml:3:1: unknown key `prot` (did you mean `port`?)"},
      {"[policy]\n  acounts = []", Errc::unsupported,
       "l.toml:2:3: unknown key `policy.acounts` (did you mean `accounts`?)"},
      {"[polcy]\nx = 1", Errc::unsupported,
       "l.toml:1:2: unknown key `polcy` (did you mean `policy`?)"},
      {"sshd.programm = 'x'", Errc::unsupported,
       "l.toml:1:6: unknown key `sshd.programm` (did you mean `program`?)"},
      {"[sshd]\nzzzzzz = 1", Errc::unsupported,
       "l.toml:2:1: unknown key `sshd.zzzzzz`; known here are program, config"},
      {"\"\\u001b[31m\" = 1", Errc::unsupported,
       "l.toml:1:1: unknown key `?[31m`; known here are name, port, code, speed, confirm, "
       "enable_ssh, allow_volatile_home, policy, board, sshd"},
      {"'' = 1", Errc::unsupported,
       "l.toml:1:1: unknown key ``; known here are name, port, code, speed, confirm, "
       "enable_ssh, allow_volatile_home, policy, board, sshd"},
  });
}

TEST_CASE("values of the wrong type or out of range are refused with what is wanted") {
  check_refused({
      {"port = 65536", Errc::malformed,
       "l.toml:1:8: `port` must be a whole number from 0 to 65535, not 65536"},
      {"port = -1", Errc::malformed,
       "l.toml:1:8: `port` must be a whole number from 0 to 65535, not -1"},
      {"port = '22'", Errc::malformed,
       "l.toml:1:8: `port` must be a whole number from 0 to 65535, not \"22\""},
      {"port = 22.0", Errc::malformed,
       "l.toml:1:8: `port` must be a whole number from 0 to 65535, not a fraction"},
      {"port = 2020-01-01", Errc::malformed,
       "l.toml:1:8: `port` must be a whole number from 0 to 65535, not a date or time"},
      {"code = 'hard'", Errc::malformed,
       "l.toml:1:8: `code` must be \"normal\" or \"strict\", not \"hard\""},
      {"speed = true", Errc::malformed,
       "l.toml:1:9: `speed` must be \"slow\" or \"normal\" or \"fast\", not true"},
      {"confirm = false", Errc::malformed,
       "l.toml:1:11: `confirm` must be \"none\" or \"press\", not false"},
      {"enable_ssh = 1", Errc::malformed, "l.toml:1:14: `enable_ssh` must be true or false, not 1"},
      {"allow_volatile_home = []", Errc::malformed,
       "l.toml:1:23: `allow_volatile_home` must be true or false, not a list"},
      {"policy = 1", Errc::malformed, "l.toml:1:10: `policy` must be a table, [policy], not 1"},
      {"[[sshd]]", Errc::malformed, "l.toml:1:1: `sshd` must be a table, [sshd], not a list"},
      {"name = '" + kSixtyFour + "n'", Errc::malformed,
       "l.toml:1:8: `name` must be at most 64 bytes of printable text, not \"" + kSixtyFour +
           "…\""},
      {"name = \"a\\u001b[2J\"", Errc::malformed,
       "l.toml:1:8: `name` must be at most 64 bytes of printable text, not \"a?[2J\""},
      {"sshd.program = 'sshd'", Errc::malformed,
       "l.toml:1:16: `sshd.program` must be an absolute path, not \"sshd\""},
      {"sshd.program = ''", Errc::malformed,
       "l.toml:1:16: `sshd.program` must be an absolute path, not \"\""},
      {"sshd.config = \"/a\\nb\"", Errc::malformed,
       "l.toml:1:15: `sshd.config` must be an absolute path or \"\", not \"/a?b\""},
      {"policy.max_validity = 90", Errc::malformed,
       "l.toml:1:23: `policy.max_validity` must be days like \"90d\" or weeks like \"12w\" (at "
       "most 36500 days), or \"\", not 90"},
  });
}

TEST_CASE("lists are refused at the entry that is wrong") {
  check_refused({
      {"policy.accounts = '@first'", Errc::malformed,
       "l.toml:1:19: `policy.accounts` must be a list of user names or \"@first\", not \"@first\""},
      {"[policy]\naccounts = ['pi',\n 'no such']", Errc::malformed,
       "l.toml:3:2: `policy.accounts` takes user names or \"@first\", not \"no such\""},
      {"policy.accounts = [['pi']]", Errc::malformed,
       "l.toml:1:20: `policy.accounts` takes user names or \"@first\", not a list"},
      {"policy.accounts = ['pi', 'pi']", Errc::malformed,
       "l.toml:1:26: `policy.accounts` names \"pi\" twice"},
      {"policy.accounts = []", Errc::malformed,
       "l.toml:1:19: `policy.accounts` is empty: nobody could be enrolled"},
      {"policy.accounts = ['a','b','c','d','e','f','g','h','i']", Errc::too_large,
       "l.toml:1:19: `policy.accounts` has more than 8 entries"},
      {"policy.key_types = []", Errc::malformed,
       "l.toml:1:20: `policy.key_types` is empty: no key could be enrolled"},
      {"policy.key_types = ['ssh-dss']", Errc::unsupported,
       "l.toml:1:21: `policy.key_types` takes the key types sk-ssh-ed25519@openssh.com, "
       "sk-ecdsa-sha2-nistp256@openssh.com, ssh-ed25519, ecdsa-sha2-nistp256, "
       "ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa, not \"ssh-dss\""},
      {"policy.ca_allow = ['MD5:00']", Errc::malformed,
       "l.toml:1:20: `policy.ca_allow` takes fingerprints as ssh-keygen -l prints them, "
       "\"SHA256:…\", not \"MD5:00\""},
      {"policy.aaguid_allow = ['YubiKey 5']", Errc::malformed,
       "l.toml:1:24: `policy.aaguid_allow` takes AAGUIDs like "
       "\"cb69481e-8ff7-4039-93ec-0a2729a154a8\", not \"YubiKey 5\""},
      {"policy.aaguid_allow = ['cb69481e8ff7403993ec0a2729a154a8']", Errc::malformed,
       "l.toml:1:24: `policy.aaguid_allow` takes AAGUIDs like "
       "\"cb69481e-8ff7-4039-93ec-0a2729a154a8\", not \"cb69481e8ff7403993ec0a2729a154a8\""},
      {"policy.aaguid_allow = ['cb69481e-8ff7-4039-93ec-0a2729a154a8',\n"
       "'CB69481E-8FF7-4039-93EC-0A2729A154A8']",
       Errc::malformed,
       "l.toml:2:1: `policy.aaguid_allow` names \"CB69481E-8FF7-4039-93EC-0A2729A154A8\" twice"},
  });
}

TEST_CASE("of several mistakes the first in the file is named") {
  check_refused({
      {"speed = 1\nname = 2\ncode = 3", Errc::malformed,
       "l.toml:1:9: `speed` must be \"slow\" or \"normal\" or \"fast\", not 1"},
      {"zebra = 1\n[policy]\naccounts = 1", Errc::unsupported,
       "l.toml:1:1: unknown key `zebra`; known here are name, port, code, speed, confirm, "
       "enable_ssh, allow_volatile_home, policy, board, sshd"},
  });
}

TEST_CASE("what is not TOML is refused with line and column") {
  for (const auto& [toml, where] : std::vector<std::pair<std::string, std::string>>{
           {"\nport 22", "l.toml:2:"},
           {"port = 1\nport = 2", "l.toml:2:"},
           {"name = \"open", "l.toml:1:"},
           {"[policy\n", "l.toml:1:"},
           {std::string("name = 'a\0b'", 12), "l.toml:1:"},
           {"name = '\xff'", "l.toml:1:"},
           {"port = 99999999999999999999", "l.toml:1:"}}) {
    CAPTURE(toml);
    const auto config = parse_config(toml, "l.toml");
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().is(Errc::malformed));
    CHECK(config.error().doing.substr(0, where.size()) == where);
    const auto column = config.error().doing.find_first_not_of("0123456789", where.size());
    CHECK(column > where.size());
    CHECK(config.error().doing.substr(column, 2) == ": ");
    CHECK(config.error().doing.size() < 400);
  }
}

TEST_CASE("64 KiB are read, more are not") {
  const std::string full = "port = 1\n#" + std::string(config::kMaxConfig - 10, '.');
  REQUIRE(full.size() == config::kMaxConfig);
  CHECK(parsed(full).port == 1);
  const auto more = parse_config(full + "\n", "l.toml");
  REQUIRE_FALSE(more.has_value());
  CHECK(more.error().is(Errc::too_large));
}

TEST_CASE("nesting, however deep, ends in a refusal") {
  std::string dotted = "a";
  while (dotted.size() < config::kMaxConfig - 10) dotted += ".a";
  const auto deep = parse_config("\n" + dotted + " = 1", "l.toml");
  REQUIRE_FALSE(deep.has_value());
  CHECK(deep.error().doing ==
        "l.toml:2:1: too many dots outside of strings; no key needs more than two");
  for (const auto* opening : {"[", "{a=", "[{a="}) {
    std::string nested = "name = ";
    while (nested.size() < config::kMaxConfig - 10) nested += opening;
    CHECK_FALSE(parse_config(nested, "l.toml").has_value());
  }
}
