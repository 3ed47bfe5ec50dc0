// SPDX-License-Identifier: MIT
#include "host/security_key_choice.hpp"

#include <csignal>

#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

/// Three keys in a drawer; what is plugged in is up to the test.
struct Choice : KeyScene {
  Choice() {
    other.chosen = false;
    choice.look_again = Millis(1);
    laptop.security_keys.on_list = [this] { laptop.clock.advance(Millis(250)); };
  }
  Attempt<std::unique_ptr<fido::SecurityKey>> run() {
    return choose_security_key(choice, laptop.context(), interrupt);
  }

  FakeKey other{"/dev/hidraw5", "Model Y"};
  KeyChoice choice{};
  Interrupt interrupt;
};

}  // namespace

TEST_CASE("the only key is taken without a touch") {
  Choice scene;
  const auto key = scene.run();
  REQUIRE(key.has_value());
  CHECK((*key)->plugged().path == "/dev/hidraw3");
  CHECK(scene.laptop.screen().empty());
}

TEST_CASE("of several the one that is touched is taken, and the others are let go") {
  Choice scene;
  scene.laptop.security_keys.keys = {&scene.other, &scene.key};
  auto key = scene.run();
  REQUIRE(key.has_value());
  CHECK((*key)->plugged().path == "/dev/hidraw3");
  CHECK(scene.screen_has("  Model Y  /dev/hidraw5\n"));
  CHECK(scene.screen_has("Touch the security key to use.\n"));
  CHECK(scene.key.blinking == 0);
  CHECK(scene.other.blinking == 0);
  CHECK(scene.other.closed == 1);
  CHECK(scene.key.closed == 0);
}

TEST_CASE("a key that is named by its path is taken, or said not to be there") {
  Choice scene;
  scene.laptop.security_keys.keys = {&scene.key, &scene.other};
  scene.choice.device = "/dev/hidraw5";
  CHECK(scene.run().value()->plugged().name == "Model Y");
  scene.choice.device = "/dev/hidraw9";
  const auto none = scene.run();
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().reason == Reason::no_security_key);
  CHECK(none.error().next.find("/dev/hidraw3 (Model X), /dev/hidraw5") != std::string::npos);
}

TEST_CASE("where none is plugged in, one is waited for") {
  Choice scene;
  scene.laptop.security_keys.keys.clear();
  scene.laptop.security_keys.on_list = [&] {
    if (scene.laptop.security_keys.looks == 3) scene.laptop.security_keys.keys = {&scene.key};
  };
  CHECK(scene.run().has_value());
  CHECK(scene.screen_has("Plug in a security key.\n"));
  CHECK(scene.laptop.security_keys.looks == 3);
}

TEST_CASE("for a minute, and not a look longer") {
  Choice scene;
  scene.laptop.security_keys.keys.clear();
  const auto none = scene.run();
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().reason == Reason::no_security_key);
  CHECK(scene.laptop.security_keys.looks == 241);  // the first, and four a second
}

TEST_CASE("without a terminal nothing is waited for") {
  Choice scene;
  scene.laptop.interactive = false;
  scene.laptop.security_keys.keys.clear();
  CHECK(scene.run().error().reason == Reason::no_security_key);
  CHECK(scene.laptop.security_keys.looks == 1);
}

TEST_CASE("Ctrl-C ends every wait, and nothing blinks any more") {
  Choice scene;
  SUBCASE("for a key") {
    scene.laptop.security_keys.keys.clear();
    ::raise(SIGINT);
  }
  SUBCASE("for the touch that chooses") {
    scene.key.chosen = false;
    scene.laptop.security_keys.keys = {&scene.key, &scene.other};
    scene.other.on_look = [] { ::raise(SIGINT); };
  }
  const auto none = scene.run();
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().reason == Reason::cancelled);
  CHECK(scene.key.blinking == 0);
  CHECK(scene.other.blinking == 0);
  CHECK(scene.key.closed == scene.key.opened);
}

TEST_CASE("a touch that never comes ends the choice") {
  Choice scene;
  scene.key.chosen = false;
  scene.laptop.security_keys.keys = {&scene.key, &scene.other};
  scene.key.on_look = [&] { scene.laptop.clock.advance(Millis(20'000)); };
  CHECK(scene.run().error().reason == Reason::not_touched);
  CHECK(scene.key.blinking == 0);
}

TEST_CASE("a key that cannot be opened is named, and does not keep the others from it") {
  Choice scene;
  scene.other.fails_to_open = fido::Trouble::not_readable;
  scene.laptop.security_keys.keys = {&scene.other, &scene.key};
  CHECK(scene.run().value()->plugged().name == "Model X");
  CHECK(scene.screen_has("Model Y: "));
  scene.laptop.security_keys.keys = {&scene.other};
  CHECK(scene.run().error().reason == Reason::security_key_not_readable);
}

TEST_CASE("a key that was just plugged in gets a moment until it is ours to open") {
  Choice scene;
  scene.laptop.security_keys.keys.clear();
  scene.key.fails_to_open = fido::Trouble::not_readable;
  scene.laptop.security_keys.on_list = [&] {
    if (scene.laptop.security_keys.looks == 2) scene.laptop.security_keys.keys = {&scene.key};
  };
  SUBCASE("and is then") {
    int tries = 0;
    scene.key.on_open = [&] {
      if (++tries == 3) scene.key.fails_to_open.reset();
    };
    CHECK(scene.run().has_value());
  }
  SUBCASE("and never is") {
    CHECK(scene.run().error().reason == Reason::security_key_not_readable);
  }
}

TEST_CASE("a key that is pulled out while it is to be touched leaves the choice to the others") {
  Choice scene;
  scene.key.fails_to_blink = fido::Trouble::removed;
  SUBCASE("the other is touched") {
    scene.other.chosen = true;
    scene.laptop.security_keys.keys = {&scene.key, &scene.other};
    CHECK(scene.run().value()->plugged().name == "Model Y");
  }
  SUBCASE("the other is gone too") {
    scene.other.fails_to_blink = fido::Trouble::removed;
    scene.laptop.security_keys.keys = {&scene.key, &scene.other};
    CHECK(scene.run().error().reason == Reason::security_key_removed);
  }
}

TEST_CASE("Ctrl-C that nobody looked at does not end the program afterwards") {
  {
    const Interrupt interrupt;
    CHECK_FALSE(interrupt.came());
    ::raise(SIGINT);
    CHECK(interrupt.came());
    CHECK(interrupt.came());
  }
  sigset_t now{};
  REQUIRE(::pthread_sigmask(SIG_BLOCK, nullptr, &now) == 0);
  CHECK(::sigismember(&now, SIGINT) == 0);
}
