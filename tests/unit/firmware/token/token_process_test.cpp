// SPDX-License-Identifier: MIT
// The real latchkey-token, and real libfido2 in it, at a key in software that counts what is asked
// of it.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <fstream>
#include <iterator>

#include "core/attest/judgement.hpp"
#include "core/channel/statement.hpp"
#include "core/ssh/openssh_key.hpp"
#include "core/ssh/sshsig.hpp"
#include "firmware/roles/token_messages.hpp"
#include "hal/fido/problem.hpp"
#include "hal/process/linux/posix_runner.hpp"
#include "tests/unit/firmware/support/role_process.hpp"
#include "tests/unit/firmware/token/token_pi.hpp"

using namespace latchkey;
using namespace latchkey::testing;

const char* const latchkey::testing::kTokenProgram = LATCHKEY_TOKEN;

namespace {

using Counters = std::map<std::string, int>;

roles::MakeKey order() {
  roles::MakeKey wanted;
  wanted.challenge.fill(9);
  REQUIRE(wanted.application.assign("ssh:"));
  REQUIRE(wanted.statement.assign(as_bytes(kStatement)));
  return wanted;
}

roles::MakeKey unattended() {
  auto wanted = order();
  wanted.unattended = 1;
  return wanted;
}

roles::MakeKey verified() {
  auto wanted = order();
  wanted.verify = 1;
  return wanted;
}

std::string type_of(const roles::KeyMade& answer) {
  return ssh::PublicKey::parse(answer.made.key.view()).value().type_name();
}

constexpr const char* kEd25519 = "sk-ssh-ed25519@openssh.com";
constexpr const char* kEcdsa = "sk-ecdsa-sha2-nistp256@openssh.com";

}  // namespace

TEST_CASE("one touch makes an attested key, a second one its signature") {
  Pi pi;
  std::string type = kEd25519;
  std::optional<std::string> pin;
  SUBCASE("on a key without a PIN") { pi.plug({}); }
  SUBCASE("on a key with a PIN that making one does not need") {
    pi.plug({});
    pin = "1234";
  }
  SUBCASE("on a key without Ed25519") {
    pi.plug({"--model", "no-ed25519"});
    type = kEcdsa;
  }
  SUBCASE("on a key that claims Ed25519") {
    pi.plug({"--model", "no-ed25519", "--set", "claims_ed25519=true"});
    type = kEcdsa;
  }
  SUBCASE("on a key of CTAP 2.0 without a PIN") {
    pi.plug({"--model", "fido-2.0-no-pin"});
    type = kEd25519;
  }
  SUBCASE("on a key of U2F alone") {
    pi.plug({"--model", "u2f-only"});
    type = kEcdsa;
  }
  SUBCASE("by U2F on a key whose PIN nobody can type") {
    pi.plug({"--set", "make_cred_uv_not_required=false"});
    type = kEcdsa;
    pin = "1234";
  }
  if (pin) pi.key->set_pin(*pin);
  const auto made = pi.make(unattended());
  CHECK(type_of(made) == type);
  CHECK(made.made.flags == ssh::sk_flag::kUserPresence);
  CHECK(made.signature.view().empty());
  const auto judgement = pi.judge(made);
  CAPTURE(judgement.why);
  CHECK(judgement.grade == attest::Grade::hardware);
  CHECK(judgement.user_present);
  auto counted = pi.key->counters();
  CHECK(counted["touches_given"] == 1);
  CHECK(counted["pin_tries"] == 0);

  pi.say(roles::SignStatement{});
  const auto proved = pi.touch();
  CHECK(proved.made.handle.bytes() == made.made.handle.bytes());
  CHECK(pi.holds(proved));
  counted = pi.key->counters();
  CHECK(counted["touches_given"] == 2);
  CHECK(counted["pin_tries"] == 0);
  CHECK(counted["cancelled"] == 0);
  pi.end();
}

TEST_CASE("a key that wants its PIN for everything is refused at once") {
  Pi pi;
  pi.plug({"--model", "fido-2.1-always-uv"});
  pi.key->set_pin("1234");
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(unattended());
  CHECK(pi.fail() == fido::Trouble::pin_required);
  CHECK(pi.key->counters().empty());
  pi.key->command("unplug");
  pi.hear<roles::KeyLeft>();
  pi.end();
}

TEST_CASE("a finger on its reader verifies") {
  Pi pi;
  pi.plug({"--model", "fido-2.1-built-in-uv"});
  auto wanted = unattended();
  wanted.verify = 1;
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(wanted);
  const auto made = pi.touch("verification");
  CHECK(made.made.flags == (ssh::sk_flag::kUserPresence | ssh::sk_flag::kUserVerification));
  const auto judgement = pi.judge(made);
  CHECK(judgement.grade == attest::Grade::hardware);
  CHECK(judgement.user_verified);
  pi.say(roles::SignStatement{});
  CHECK(ssh::Sshsig::parse(pi.touch("verification").signature.view())->user_verified());
}

TEST_CASE("with somebody to type it, the PIN makes a verified key") {
  Pi pi;
  pi.plug({});
  pi.key->set_pin("1234");
  pi.watch();
  pi.say(verified());  // before the key is seen, or after: both will do
  pi.hear<roles::KeyArrived>();
  const auto wanted = pi.hear<roles::PinWanted>();
  CHECK(wanted.wrong == 0);
  CHECK(wanted.tries_left == 8);
  CHECK(pi.key->counters().empty());
  pi.type("1234");
  const auto made = pi.touch();
  CHECK(pi.judge(made).user_verified);
  CHECK(pi.key->counters() ==
        Counters{{"touches_asked", 1}, {"touches_given", 1}, {"pin_tries", 1}, {"signatures", 1}});
  pi.say(roles::SignStatement{});
  const auto proved = pi.touch();
  CHECK(pi.holds(proved));
  CHECK(ssh::Sshsig::parse(proved.signature.view())->user_verified());
  CHECK(pi.key->counters()["pin_tries"] == 2);
  CHECK(pi.key->counters()["wrong_pins"] == 0);
  pi.end();
}

TEST_CASE("two wrong PINs are all that it sends") {
  Pi pi;
  pi.plug({});
  pi.key->set_pin("1234");
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(verified());
  pi.hear<roles::PinWanted>();
  pi.type("9999");
  pi.hear<roles::TouchWanted>();
  const auto again = pi.hear<roles::PinWanted>();
  CHECK(again.wrong == 1);
  CHECK(again.tries_left == 7);
  pi.type("9998");
  pi.hear<roles::TouchWanted>();
  CHECK(pi.fail() == fido::Trouble::pin_wrong);
  pi.type("9997");
  pi.say(verified());
  CHECK(pi.fail() == fido::Trouble::pin_wrong);
  CHECK(pi.key->counters() == Counters{{"pin_tries", 2}, {"wrong_pins", 2}});
  CHECK(pi.key->pin_tries_left() == 6);
  pi.end();
}

TEST_CASE("a blocked PIN is not asked for, and the last try is said to be the last") {
  Pi pi;
  pi.plug({});
  SUBCASE("blocked before") {
    pi.key->set_pin("1234", 0);
    pi.watch();
    pi.hear<roles::KeyArrived>();
    pi.say(verified());
    CHECK(pi.fail() == fido::Trouble::pin_blocked);
    CHECK(pi.key->counters().empty());
  }
  SUBCASE("blocked by this one") {
    pi.key->set_pin("1234", 1);
    pi.watch();
    pi.hear<roles::KeyArrived>();
    pi.say(verified());
    CHECK(pi.hear<roles::PinWanted>().tries_left == 1);
    pi.type("9999");
    pi.hear<roles::TouchWanted>();
    CHECK(pi.fail() == fido::Trouble::pin_blocked);
    CHECK(pi.key->counters() == Counters{{"pin_tries", 1}, {"wrong_pins", 1}});
  }
}

TEST_CASE("a resident key is made, not overwritten, and brought in by whoever has the PIN") {
  Pi pi;
  pi.plug({});
  pi.key->set_pin("1234");
  auto wanted = order();
  wanted.resident = 1;
  REQUIRE(wanted.user.assign("sam"));
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(wanted);
  pi.hear<roles::PinWanted>();
  pi.type("1234");
  const auto made = pi.touch();
  CHECK(made.made.flags == (ssh::sk_flag::kUserPresence | ssh::sk_flag::kResident));

  wanted.resident = 0;
  wanted.existing = 1;
  pi.say(wanted);
  pi.hear<roles::PinWanted>();
  pi.type("1234");
  const auto brought_in = pi.touch();
  CHECK(pi.holds(brought_in));
  CHECK(brought_in.made.key.bytes() == made.made.key.bytes());
  CHECK(brought_in.made.handle.bytes() == made.made.handle.bytes());
  CHECK(brought_in.made.attestation.view().empty());
  CHECK(pi.key->counters()["touches_given"] == 2);

  wanted.resident = 1;
  wanted.existing = 0;
  pi.say(wanted);
  pi.hear<roles::PinWanted>();
  pi.type("1234");
  pi.hear<roles::TouchWanted>();
  CHECK(pi.fail() == fido::Trouble::already_there);
  CHECK(pi.key->counters()["touches_asked"] == 2);
  pi.end();
}

TEST_CASE("a key that is pulled out while it blinks has left, and the next one begins") {
  Pi pi;
  std::vector<std::string> model;
  SUBCASE("by CTAP2") {}
  SUBCASE("by U2F") { model = {"--model", "u2f-only"}; }
  pi.plug(model);
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(unattended());
  pi.hear<roles::TouchWanted>();
  pi.key->wait_for("touch");
  pi.key->command("unplug");
  pi.hear<roles::KeyLeft>();
  pi.key->command("plug");
  pi.hear<roles::KeyArrived>();
  CHECK(pi.key->counters().empty());
  pi.say(unattended());
  pi.touch();
  pi.end();
}

TEST_CASE("a second key is seen while the first one blinks, which stops") {
  Pi pi;
  pi.plug({});
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(unattended());
  pi.hear<roles::TouchWanted>();
  pi.key->wait_for("touch");
  pi.plug_second();
  pi.hear<roles::SecondKey>();
  pi.key->wait_for("nothing");
  CHECK(pi.key->counters() == Counters{{"touches_asked", 1}, {"cancelled", 1}});
  CHECK(pi.second->counters().empty());
  pi.end();
}

TEST_CASE("looking for other keys does not disturb the one that blinks") {
  Pi pi;
  pi.plug({});
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(unattended());
  pi.hear<roles::TouchWanted>();
  pi.key->wait_for("touch");
  constexpr Millis kSeveralLooks{1000};
  CHECK_FALSE(wait_readable(pi.role->channel().descriptor(), kSeveralLooks));
  pi.key->command("touch once");
  pi.hear<roles::KeyMade>();
  CHECK(pi.key->counters() ==
        Counters{{"touches_asked", 1}, {"touches_given", 1}, {"signatures", 1}});
}

TEST_CASE("a touch that is declined is, and one that does not come is asked for again") {
  Pi pi;
  pi.plug({"--set", "touch_timeout=300"});
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(unattended());
  pi.hear<roles::TouchWanted>();
  for (int i = 0; i < 2; ++i) {
    pi.key->wait_for("touch");
    pi.key->wait_for("nothing");
  }
  pi.key->wait_for("touch");
  CHECK(pi.key->counters()["timed_out"] >= 2);
  pi.key->command("touch no");
  CHECK(pi.fail() == fido::Trouble::declined);
}

TEST_CASE("at the end of the window a key stops blinking") {
  Pi pi;
  std::vector<std::string> model;
  bool cancelled = true;
  SUBCASE("by CTAP2") {}
  SUBCASE("by U2F") {
    model = {"--model", "u2f-only"};
    cancelled = false;  // there is no such thing: nobody asks any more
  }
  pi.plug(model);
  pi.watch();
  pi.hear<roles::KeyArrived>();
  pi.say(unattended());
  pi.hear<roles::TouchWanted>();
  pi.key->wait_for("touch");
  pi.end();
  pi.key->wait_for("nothing");
  CHECK(pi.key->counters()["cancelled"] == (cancelled ? 1 : 0));
}

TEST_CASE("it watches without privileges, and without a key") {
  Pi pi;
  pi.watch();
  pi.plug({});
  pi.hear<roles::KeyArrived>();
  const auto status = read_text("/proc/" + std::to_string(pi.role->pid()) + "/status");
  CHECK(status.find("Seccomp:\t2") != std::string::npos);
  CHECK(status.find("NoNewPrivs:\t1") != std::string::npos);
  pi.end();
}

TEST_CASE("it takes nothing but the right first message") {
  for (const roles::ToToken& first :
       {roles::ToToken(unattended()), roles::ToToken(roles::SignStatement{})}) {
    RoleProcess role(RoleStart{kTokenProgram, {}, {}});
    REQUIRE(role.channel().send(first).has_value());
    CHECK(role.wait_for_end() == 2);
  }
  RoleProcess role(RoleStart{kTokenProgram, {}, {}});
  role.close_channel();
  CHECK(role.wait_for_end() == 0);
}

TEST_CASE("with real keys it looks at this machine's, and ends when it is told to") {
  RoleProcess role(RoleStart{kTokenProgram, {}, {}});
  REQUIRE(role.channel().send(roles::ToToken(roles::WatchKeys{})).has_value());
  constexpr Millis kAMoment{600};
  CHECK_FALSE(role.wait_for_end(kAMoment).has_value());
  role.close_channel();
  CHECK(role.wait_for_end() == 0);
}
