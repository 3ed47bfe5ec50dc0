// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <csignal>

#include "tests/unit/attest/registration.hpp"
#include "tests/unit/host/support/interrupting_random.hpp"
#include "tests/unit/host/support/security_key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

TEST_CASE("--new makes another key where there are some, in a file of its own") {
  SecurityKeyScene scene;
  scene.laptop.make_key();
  scene.options.make_new = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(scene.key.touches == 2);
  CHECK(scene.has(".ssh/id_ed25519_sk_2"));
  CHECK(contains(scene.screen(), "-i " + scene.laptop.path(".ssh/id_ed25519_sk_2")));
}

TEST_CASE("without a terminal a touch is enough, where it is said what shall be made") {
  SecurityKeyScene scene;
  SUBCASE("said") {
    scene.options.make_new = true;
    CHECK(scene.run_without_terminal() == ExitCode::ok);
    CHECK(scene.key.touches == 1);
  }
  SUBCASE("not said") {
    CHECK(scene.run_without_terminal() == ExitCode::no_input);
    CHECK(contains(scene.screen(), "--new on a security key here"));
    CHECK(scene.laptop.dialer.history().empty());
  }
  SUBCASE("--yes takes the security key") {
    scene.options.yes = true;
    CHECK(scene.run_without_terminal() == ExitCode::ok);
    CHECK(scene.key.touches == 1);
  }
  SUBCASE("--yes makes one in a file where there is no security key") {
    scene.options.yes = true;
    scene.laptop.security_keys.keys.clear();
    CHECK(scene.run_without_terminal() == ExitCode::ok);
    CHECK(scene.has(".ssh/id_ed25519"));
  }
  SUBCASE("a second touch needs none either") {
    scene.options.make_new = true;
    scene.pi.wants_signature = "why";
    CHECK(scene.run_without_terminal() == ExitCode::ok);
    CHECK(scene.signatures == 1);
  }
}

TEST_CASE("a Pi that requires hardware gets a new key where no old one proves to be in any") {
  SecurityKeyScene scene;
  scene.laptop.make_key();
  scene.pi.welcome.hardware = attest::HardwareRule::require;
  SUBCASE("by itself") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.key.touches == 1);
    CHECK(contains(scene.screen(),
                   "The Pi takes keys in hardware alone, and no key on this "
                   "computer has its security key's attestation: a new one is "
                   "made on the security key here."));
  }
  SUBCASE("but a key that was named is offered, so that the Pi says why not") {
    scene.options.key = "~/.ssh/id_ed25519";
    scene.pi.outcome.code = channel::ResultCode::not_attested;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::no_permission);
    CHECK(scene.pi.offers.size() == 1);
    CHECK(scene.has(".ssh/id_ed25519"));
  }
}

TEST_CASE("--software takes or makes a key in a file") {
  SecurityKeyScene scene;
  scene.options.software = true;
  scene.options.json = true;  // no passphrase is asked for
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(contains(scene.screen(), "No software key here: making ~/.ssh/id_ed25519"));
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(scene.key.opened == 0);
  REQUIRE(scene.pi.offers.size() == 2);
  CHECK(scene.pi.offers[0].key == scene.pi.offers[1].key);
}

TEST_CASE("of several security keys the one is taken that is touched, once the code is proved") {
  SecurityKeyScene scene;
  FakeKey other("/dev/hidraw5", "Model Y");
  other.chosen = false;
  scene.laptop.security_keys.keys = {&other, &scene.key};
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(contains(scene.screen(), "touch one of the 2 security keys here to choose it"));
  CHECK(scene.key.touches == 1);
  CHECK(other.requests.empty());
  CHECK(scene.key.blinking == 0);
}

TEST_CASE("a dry run says where the key would come from") {
  SecurityKeyScene scene;
  scene.options.dry_run = true;
  SUBCASE("here") {
    CHECK(scene.run() == ExitCode::ok);
    CHECK(contains(scene.screen(), "would make a new one on a security key here"));
  }
  SUBCASE("in the Pi") {
    scene.laptop.security_keys.keys.clear();
    CHECK(scene.run() == ExitCode::ok);
    CHECK(contains(scene.screen(), "would make one on a security key in the Pi"));
  }
  CHECK(scene.key.opened == 0);
  CHECK(scene.laptop.dialer.history().empty());
}
