// SPDX-License-Identifier: MIT
// A security key in the Pi, and somebody at a laptop who can type its PIN.
#include <doctest/doctest.h>

#include "core/ssh/openssh_key.hpp"
#include "core/ssh/sshsig.hpp"
#include "tests/unit/firmware/token/workbench.hpp"

using namespace latchkey;
using namespace latchkey::testing;
using fido::Algorithm;
using fido::PinState;
using fido::Trouble;

namespace {

/// The order comes first, then the key: nothing is told in between.
void order(Workbench& bench, const roles::MakeKey& wanted = attended_order()) {
  bench.hear(wanted);
  bench.run();
  CHECK(bench.told().empty());
  bench.plug();
  CHECK(bench.told() == Told{"arrived Key"});
  bench.run();
}

void type(Workbench& bench, const std::string& pin) {
  bench.type(pin);
  bench.run();
}

roles::MakeKey with_pin_order() {
  auto wanted = attended_order();
  wanted.verify = 1;
  return wanted;
}

}  // namespace

TEST_CASE("an order waits for its key, and needs no PIN where the key needs none") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  order(bench);
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", "make ed25519"});
}

TEST_CASE("where the PIN is needed it is asked for, before anything blinks") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  auto wanted = attended_order();
  std::string call = "make ed25519";
  SUBCASE("for verification") {
    wanted.verify = 1;
    call += " verify";
  }
  SUBCASE("for a resident key") {
    wanted.resident = 1;
    REQUIRE(wanted.user.assign("sam"));
    call += " resident";
  }
  SUBCASE("by an older key") { bench.keys.info.makes_without_pin = false; }
  SUBCASE("by a key that insists") { bench.keys.info.always_verifies = true; }
  order(bench, wanted);
  CHECK(bench.told() == Told{"pin 8"});
  CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", "pin_tries"});
  type(bench, "1234");
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.calls().back() == call + " pin=1234");
  CHECK(bench.keys.made().user == wanted.user.view());
  CHECK_FALSE(bench.keys.made().overwrite);
}

TEST_CASE("the PIN serves the whole order, and nothing after it") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  order(bench, with_pin_order());
  type(bench, "1234");
  bench.hear(roles::SignStatement{});
  bench.run();
  CHECK(bench.told() == Told{"pin 8", "touch", "made", "touch", "signed"});
  CHECK(bench.keys.count("sign ssh: verify pin=1234") == 1);
  CHECK(ssh::Sshsig::parse(bench.made().signature.view())->user_verified());
  bench.hear(with_pin_order());
  bench.run();
  CHECK(bench.told() == Told{"pin 8"});
}

TEST_CASE("a key that needed no PIN to make one gets none to sign") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  order(bench);
  bench.hear(roles::SignStatement{});
  bench.run();
  CHECK(bench.told() == Told{"touch", "made", "touch", "signed"});
  CHECK(bench.keys.calls().at(2) == "sign ssh:");
}

TEST_CASE("a key that asks for its PIN late gets it") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  std::string call = "make";
  SUBCASE("while making") {}
  SUBCASE("while signing") { call = "sign"; }
  bench.keys.troubles[call] = {Trouble::pin_required};
  order(bench);
  if (call == "sign") {
    CHECK(bench.told() == Told{"touch", "made"});
    bench.hear(roles::SignStatement{});
    bench.run();
  }
  CHECK(bench.told() == Told{"touch", "pin 8"});
  type(bench, "1234");
  CHECK(bench.told() == Told{"touch", call == "make" ? "made" : "signed"});
  CHECK(bench.keys.count(call) == 2);
}

TEST_CASE("a key that asks for its PIN with the PIN in hand is given up") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.always["make"] = Trouble::pin_required;
  order(bench);
  type(bench, "1234");
  CHECK(bench.told() == Told{"touch", "pin 8", "touch", "failed pin-required"});
  CHECK(bench.keys.count("make") == 2);
}

TEST_CASE("a PIN that was given and is asked for again is sent no second time") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.always["make"] = Trouble::pin_required;
  order(bench, with_pin_order());
  type(bench, "1234");
  CHECK(bench.told() == Told{"pin 8", "touch", "failed pin-required"});
  CHECK(bench.keys.count("make") == 1);
}

TEST_CASE("a key that asks for a PIN that it has not is given up") {
  Workbench bench;
  bench.keys.always["make"] = Trouble::pin_required;
  order(bench);
  CHECK(bench.told() == Told{"touch", "failed pin-required"});
}

TEST_CASE("a wrong PIN is said to be wrong, and one more is asked for") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.troubles["make"] = {Trouble::pin_wrong};
  order(bench, with_pin_order());
  bench.keys.tries = 7;
  type(bench, "9999");
  CHECK(bench.told() == Told{"pin 8", "touch", "wrong 7"});
  type(bench, "1234");
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.calls().back() == "make ed25519 verify pin=1234");
}

TEST_CASE("two wrong PINs are all that one order may cost") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.always["make"] = Trouble::pin_wrong;
  order(bench, with_pin_order());
  SUBCASE("typed one after the other") {
    type(bench, "9999");
    type(bench, "9998");
    CHECK(bench.told() == Told{"pin 8", "touch", "wrong 8", "touch", "failed pin-wrong"});
  }
  SUBCASE("whoever pulls the key out in between") {
    type(bench, "9999");
    bench.unplug();
    bench.plug();
    bench.run();
    type(bench, "9998");
    CHECK(bench.told() == Told{"pin 8", "touch", "wrong 8", "left", "arrived Key", "pin 8", "touch",
                               "failed pin-wrong"});
  }
  type(bench, "1234");
  CHECK(bench.keys.count("make") == token::kMaxWrong);
}

TEST_CASE("what no key could have as a PIN costs no try of the key") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  order(bench, with_pin_order());
  type(bench, "123");
  CHECK(bench.told() == Told{"pin 8", "wrong 8"});
  type(bench, "");
  CHECK(bench.told() == Told{"failed pin-refused"});
  CHECK(bench.keys.count("make") == 0);
}

TEST_CASE("what is wrong with the PIN is said in its own sentence") {
  for (const auto trouble : {Trouble::pin_blocked, Trouble::pin_needs_replug, Trouble::pin_refused,
                             Trouble::pin_not_set}) {
    Workbench bench;
    bench.keys.info.pin = PinState::set;
    bench.keys.troubles["make"] = {trouble};
    order(bench, with_pin_order());
    type(bench, "1234");
    CHECK(bench.told() == Told{"pin 8", "touch", "failed " + std::string(fido::name(trouble))});
  }
}

TEST_CASE("a PIN without tries is not asked for") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.tries = 0;
  order(bench, with_pin_order());
  CHECK(bench.told() == Told{"failed pin-blocked"});
}

TEST_CASE("what the key lacks is said before anything blinks") {
  Workbench bench;
  auto wanted = attended_order();
  auto trouble = Trouble::not_supported;
  SUBCASE("verification without a PIN set") {
    wanted.verify = 1;
    trouble = Trouble::pin_not_set;
  }
  SUBCASE("verification of a key that can have no PIN") {
    wanted.verify = 1;
    bench.keys.info.pin = PinState::cannot;
  }
  SUBCASE("verification by U2F") {
    wanted.verify = 1;
    bench.keys.info = {};
    bench.keys.info.u2f = true;
  }
  SUBCASE("a resident key by U2F") {
    wanted.resident = 1;
    bench.keys.info = {};
    bench.keys.info.u2f = true;
  }
  SUBCASE("a resident key where there is no place for any") {
    wanted.resident = 1;
    bench.keys.info.pin = PinState::set;
    bench.keys.info.resident_keys = false;
  }
  SUBCASE("verification of a key that does not insist on it later") {
    wanted.verify = 1;
    bench.keys.info.pin = PinState::set;
    bench.keys.info.protects_credentials = false;
  }
  SUBCASE("Ed25519") {
    wanted.algorithm = channel::TokenAlgorithm::ed25519;
    bench.keys.info.algorithms = {Algorithm::ecdsa_p256};
    trouble = Trouble::no_such_algorithm;
  }
  SUBCASE("U2F alone, where no such key is taken") {
    wanted.no_u2f = 1;
    bench.keys.info = {};
    bench.keys.info.u2f = true;
  }
  SUBCASE("an existing one by U2F") {
    wanted.existing = 1;
    bench.keys.info = {};
    bench.keys.info.u2f = true;
  }
  SUBCASE("an existing one of a key that has no list") {
    wanted.existing = 1;
    bench.keys.info.pin = PinState::set;
    bench.keys.info.manages_credentials = false;
  }
  SUBCASE("an existing one without a PIN set") {
    wanted.existing = 1;
    trouble = Trouble::pin_not_set;
  }
  order(bench, wanted);
  CHECK(bench.told() == Told{"failed " + std::string(fido::name(trouble))});
  CHECK(bench.keys.calls() == Told{"open /dev/hidraw0", "close"});
}

TEST_CASE("a U2F key is asked as one") {
  Workbench bench;
  bench.keys.info = {};
  bench.keys.info.u2f = true;
  order(bench);
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.calls().back() == "make ecdsa u2f");
}

TEST_CASE("the PIN helps where the finger no longer does") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.info.built_in_verification = true;
  bench.keys.troubles["make"] = {Trouble::verification_blocked};
  order(bench, with_pin_order());
  type(bench, "1234");
  CHECK(bench.told() == Told{"touch", "pin 8", "touch", "made"});
  bench.hear(roles::SignStatement{});
  bench.run();
  CHECK(bench.keys.count("sign ssh: verify pin=1234") == 1);
}

TEST_CASE("a resident key that is there is never overwritten") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  bench.keys.troubles["make"] = {Trouble::already_there};
  auto wanted = attended_order();
  wanted.resident = 1;
  order(bench, wanted);
  type(bench, "1234");
  CHECK(bench.told() == Told{"pin 8", "touch", "failed already-there"});
  CHECK_FALSE(bench.keys.made().overwrite);
}

TEST_CASE("what is said out of turn is ignored") {
  Workbench bench;
  bench.type("1234");
  bench.hear(roles::WatchKeys{});
  bench.run();
  CHECK(bench.told().empty());
  bench.keys.info.pin = PinState::set;
  order(bench);
  bench.type("1234");
  bench.run();
  CHECK(bench.told() == Told{"touch", "made"});
  CHECK(bench.keys.count("pin_tries") == 0);
}

TEST_CASE("a new order takes the place of the old one, its PIN included") {
  Workbench bench;
  bench.keys.info.pin = PinState::set;
  order(bench, with_pin_order());
  bench.type("1234");
  bench.hear(with_pin_order());
  bench.run();
  CHECK(bench.told() == Told{"pin 8", "pin 8"});
  CHECK(bench.keys.count("make") == 0);
}
