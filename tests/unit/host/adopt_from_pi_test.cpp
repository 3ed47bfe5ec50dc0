// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "core/ssh/fingerprint.hpp"
#include "tests/unit/host/support/interrupting_random.hpp"
#include "tests/unit/host/support/security_key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

/// A Pi that keeps two keys, touched there while nobody waited: the later one first.
struct AdoptionScene : SecurityKeyScene {
  AdoptionScene() {
    adopt_options.target = "raspberrypi.local";
    adopt_options.host_block = false;
    for (const auto seed : {std::uint8_t{8}, std::uint8_t{7}}) {
      channel::KeyHandle handle;
      handle.key = some_sk_key(fido::Algorithm::ed25519, "ssh:", seed).blob();
      handle.handle = Bytes(64, seed);
      handle.flags = ssh::sk_flag::kUserPresence;
      handle.account = "pi";
      handle.comment = "touched at raspberrypi";
      pi.handles.push_back(handle);
    }
    key.handles = {Bytes(64, 7)};
  }
  ExitCode adopt() {
    pi.answer(laptop.dialer);
    laptop.type(pi.code);
    return host::adopt(adopt_options, laptop.context());
  }
  [[nodiscard]] std::string fingerprint(std::size_t which) const {
    return ssh::fingerprint(pi.handles.at(which).key).value();
  }

  AdoptOptions adopt_options;
};

}  // namespace

TEST_CASE("the key of the security key that is here is brought home silently, and logged in with") {
  AdoptionScene scene;
  scene.adopt_options.json = true;
  CHECK(scene.adopt() == ExitCode::ok);
  const auto screen = scene.screen();
  CHECK(contains(screen, "✓ key brought here: ~/.ssh/id_ed25519_sk  " + scene.fingerprint(1)));
  CHECK(contains(screen, "✓ host key pinned: SHA256:"));
  CHECK(contains(screen, "✓ logged in with this key:  ssh "));
  CHECK(contains(screen, "pi@raspberrypi.local"));
  CHECK(scene.key.touches == 0);
  CHECK(scene.key.pins_sent == 0);
  const auto saved = KeyFile::read(scene.laptop.path(".ssh/id_ed25519_sk"));
  REQUIRE(saved.has_value());
  CHECK(saved->key.blob() == scene.pi.handles[1].key);
  CHECK(scene.laptop.text_of(".ssh/known_hosts") ==
        "raspberrypi.local " + scene.host_key_line + "\n");
  CHECK(contains(scene.laptop.output(), "\"result\":\"adopted\""));
  CHECK(contains(scene.laptop.output(), "\"account\":\"pi\""));
  REQUIRE(scene.pi.handles_requests.size() == 1);
  CHECK(scene.pi.handles_requests[0].account.empty());
  CHECK(contains(scene.laptop.output(), "\"login\":\"ok\""));
  CHECK(scene.laptop.logins.size() == 1);
}

TEST_CASE("a login that fails after an adoption takes nothing out: the Pi has closed") {
  AdoptionScene scene;
  scene.adopt_options.json = true;
  scene.laptop.login = PlayedLogin::refused;
  CHECK(scene.adopt() == ExitCode::login_failed);
  CHECK(scene.pi.verdicts.empty());
  CHECK(scene.has(".ssh/id_ed25519_sk"));
  CHECK(contains(scene.screen(), "The key stays here and on the Pi."));
  CHECK(contains(scene.laptop.output(), "\"login\":\"failed\""));
}

TEST_CASE("an adoption need not log in") {
  AdoptionScene scene;
  scene.adopt_options.verify = false;
  CHECK(scene.adopt() == ExitCode::ok);
  CHECK(contains(scene.screen(), "Not tried: ssh "));
  CHECK(scene.laptop.logins.empty());
}

TEST_CASE("a user name narrows what is asked for") {
  AdoptionScene scene;
  scene.adopt_options.target = "pi@raspberrypi.local";
  CHECK(scene.adopt() == ExitCode::ok);
  CHECK(scene.pi.handles_requests.at(0).account == "pi");
}

TEST_CASE("a Host block is offered as after an enrolment") {
  AdoptionScene scene;
  scene.adopt_options.host_block = true;
  scene.adopt_options.yes = true;
  CHECK(scene.adopt() == ExitCode::ok);
  CHECK(contains(scene.laptop.text_of(".ssh/config"), "Host raspberrypi\n"));
  CHECK(contains(scene.laptop.text_of(".ssh/config"),
                 "IdentityFile " + scene.laptop.path(".ssh/id_ed25519_sk")));
}

TEST_CASE("handles of another security key change nothing, and are named") {
  AdoptionScene scene;
  scene.key.handles.clear();
  scene.adopt_options.json = true;
  CHECK(scene.adopt() == ExitCode::no_input);
  CHECK(contains(scene.screen(), "owns none of the keys that were touched at the Pi: " +
                                     scene.fingerprint(0) + ", " + scene.fingerprint(1)));
  CHECK(contains(scene.laptop.output(), "\"error\":\"not-its-key\""));
  CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  CHECK(scene.laptop.text_of(".ssh/known_hosts").empty());
}

TEST_CASE("several security keys are all asked") {
  AdoptionScene scene;
  FakeKey other("/dev/hidraw5", "Model Y");
  FakeKey broken("/dev/hidraw6", "Model Z");
  broken.fails_to_open = fido::Trouble::busy;
  scene.laptop.security_keys.keys = {&other, &broken, &scene.key};
  CHECK(scene.adopt() == ExitCode::ok);
  CHECK(scene.has(".ssh/id_ed25519_sk"));
  CHECK(other.opened == 1);
}

TEST_CASE("a security key that tells nothing without its PIN is asked with it") {
  AdoptionScene scene;
  scene.key.set_pin("1234");
  scene.key.info.always_verifies = true;
  scene.key.tells_with_pin_alone = true;
  scene.pi.answer(scene.laptop.dialer);
  SUBCASE("right") {
    scene.laptop.type(scene.pi.code + "1234\n");
    CHECK(host::adopt(scene.adopt_options, scene.laptop.context()) == ExitCode::ok);
    CHECK(scene.has(".ssh/id_ed25519_sk"));
  }
  SUBCASE("wrong twice") {
    scene.laptop.type(scene.pi.code + "4321\n4321\n1234\n");
    CHECK(host::adopt(scene.adopt_options, scene.laptop.context()) == ExitCode::data);
    CHECK(scene.key.wrong_pins == 2);
    CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  }
}

TEST_CASE("a security key that comes late is waited for") {
  AdoptionScene scene;
  scene.laptop.security_keys.keys.clear();
  scene.laptop.security_keys.on_list = [&scene] {
    if (scene.laptop.security_keys.looks == 3) scene.laptop.security_keys.keys = {&scene.key};
  };
  CHECK(scene.adopt() == ExitCode::ok);
  CHECK(contains(scene.screen(), "Plug in a security key."));
  CHECK(scene.has(".ssh/id_ed25519_sk"));
}

TEST_CASE("Ctrl-C while the files are written loses nothing") {
  AdoptionScene scene;
  InterruptingRandom random([&scene] { return scene.key.closed == 1; });
  scene.pi.answer(scene.laptop.dialer);
  scene.laptop.type(scene.pi.code);
  CHECK(host::adopt(scene.adopt_options, random.in(scene.laptop.context())) == ExitCode::ok);
  CHECK(random.presses > 0);
  CHECK(scene.has(".ssh/id_ed25519_sk"));
}

TEST_CASE("a key that is here already stays as it is") {
  AdoptionScene scene;
  CHECK(scene.adopt() == ExitCode::ok);
  scene.adopt_options.json = true;
  CHECK(scene.adopt() == ExitCode::ok);
  CHECK(contains(scene.screen(), "✓ key is here already: ~/.ssh/id_ed25519_sk"));
  CHECK(contains(scene.laptop.output(), "\"result\":\"already-here\""));
  CHECK_FALSE(scene.has(".ssh/id_ed25519_sk_2"));
}

TEST_CASE("a Pi that keeps none, or gives none, says so") {
  AdoptionScene scene;
  SUBCASE("none") {
    scene.pi.handles.clear();
    CHECK(scene.adopt() == ExitCode::no_input);
    CHECK(contains(scene.screen(), "The Pi keeps no key that was touched at it."));
  }
  SUBCASE("none for that account") {
    scene.adopt_options.target = "root@raspberrypi.local";
    scene.pi.outcome.code = channel::ResultCode::account_not_allowed;
    CHECK(scene.adopt() == ExitCode::no_permission);
  }
  CHECK(scene.key.opened == 0);
  CHECK(scene.laptop.text_of(".ssh/known_hosts").empty());
}

TEST_CASE("a changed host key stops an adoption before anything is asked for") {
  AdoptionScene scene;
  scene.laptop.make_key("old");
  const auto old = KeyFile::read(scene.laptop.path(".ssh/old")).value();
  scene.laptop.write(".ssh/known_hosts",
                     "raspberrypi.local " + ssh::format_public_key(old.key, "") + "\n");
  scene.pi.answer(scene.laptop.dialer);
  scene.laptop.type(scene.pi.code + "\n");
  CHECK(host::adopt(scene.adopt_options, scene.laptop.context()) == ExitCode::configuration);
  CHECK(scene.pi.handles_requests.empty());
}
