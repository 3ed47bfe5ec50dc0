// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <cstdio>

#include "tests/unit/host/support/security_key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

using channel::TokenNews;

/// No key and no security key at the laptop; one in the Pi that makes a key after a touch.
struct OnPiScene : SecurityKeyScene {
  OnPiScene() {
    laptop.security_keys.keys.clear();
    pi.token_events = {{TokenNews::plug_in}, {TokenNews::touch, 0, "Model X"}};
    made.key = some_sk_key(fido::Algorithm::ed25519, "ssh:", 9).blob();
    made.handle = Bytes(64, 9);
    made.flags = ssh::sk_flag::kUserPresence;
    made.account = "pi";
    made.comment = "ada@laptop";
    attest::Record record;
    record.attestation.authenticator_data = Bytes(100, 0x41);
    record.attestation.signature = Bytes(70, 0x30);
    record.challenge = Bytes(32, 0x5a);
    made.attestation = attest::encode(record).value();
    pi.token_made = made;
    key.handles = {made.handle};
  }
  /// The person takes the security key from the Pi to the laptop, which sees it at a later look.
  void bring_key() {
    laptop.security_keys.on_list = [this] {
      if (pi.token_requests.empty() || ++looks < 3) return;
      laptop.security_keys.keys = {&key};
    };
  }

  channel::KeyHandle made;
  int looks = 0;
};

}  // namespace

TEST_CASE("with no key here the key is made in the Pi, brought here and logged in with") {
  OnPiScene scene;
  scene.bring_key();
  scene.options.json = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  const auto screen = scene.screen();
  CHECK(contains(screen,
                 "No SSH key and no security key here: have one at hand to plug into the "
                 "Pi"));
  CHECK(contains(screen, "Plug the security key into the Pi.\n"));
  CHECK(contains(screen, "Touch Model X in the Pi: the Pi's LED blinks twice.\n"));
  CHECK(contains(screen, "✓ key added for pi: /home/pi/.ssh/authorized_keys\n"));
  CHECK(contains(screen, "✓ hardware: Model X, attested by Makers Root CA\n"));
  CHECK(contains(screen, "Key    ~/.ssh/id_ed25519_sk  SHA256:"));
  CHECK(contains(screen, "Move the security key from the Pi to this computer"));
  CHECK(contains(screen, "✓ logged in with this key:"));
  CHECK(contains(scene.laptop.output(), "\"proved\":\"attestation\""));
  CHECK(contains(scene.laptop.output(), "\"login\":\"ok\""));
  REQUIRE(scene.pi.verdicts.size() == 1);
  CHECK(scene.pi.verdicts[0].logged_in);

  const auto file = scene.laptop.path(".ssh/id_ed25519_sk");
  const auto saved = KeyFile::read(file);
  REQUIRE(saved.has_value());
  CHECK(saved->key.blob() == scene.made.key);
  CHECK(saved->comment == "ada@laptop");
  const auto kept = read_stored_attestation(file, saved->key);
  REQUIRE(kept.has_value());
  REQUIRE(kept->has_value());
  CHECK((*kept)->challenge == Bytes(32, 0x5a));
}

TEST_CASE("the confirming press is asked for once the key is made, and before the result") {
  OnPiScene scene;
  scene.options.verify = false;
  scene.pi.welcome.confirm_press = true;
  scene.pi.before_made = [&scene] { CHECK_FALSE(contains(scene.screen(), "to confirm.")); };
  SUBCASE("pressed") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    const auto screen = scene.screen();
    const auto asked = screen.find("Press the Pi's button once more to confirm.\n");
    CHECK(asked < screen.find("✓ key added for pi:"));
  }
  SUBCASE("not pressed") {
    scene.pi.outcome_after_made.emplace().code = channel::ResultCode::not_confirmed;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
    CHECK(contains(scene.screen(), "Press the Pi's button once more to confirm.\n"));
    CHECK(contains(scene.screen(), "confirming press"));
    CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  }
}

TEST_CASE("what is asked of the Pi is what the person asked for") {
  OnPiScene scene;
  scene.laptop.make_key();
  scene.laptop.security_keys.keys = {&scene.key};
  auto& options = scene.options;
  options.on_pi = true;
  options.verify = false;
  options.from = "10.0.0.0/8";
  options.application = "ssh:work";
  options.user = "ada";
  auto& made = *scene.pi.token_made;
  made.key = some_sk_key(fido::Algorithm::ed25519, "ssh:work").blob();
  SUBCASE("a new one") {
    options.type = "ecdsa";
    options.resident = true;
    options.verify_required = true;
    made.key = some_sk_key(fido::Algorithm::ecdsa_p256, "ssh:work").blob();
    made.flags |= ssh::sk_flag::kUserVerification | ssh::sk_flag::kResident;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    const auto& request = scene.pi.token_requests.at(0);
    CHECK(request.algorithm == channel::TokenAlgorithm::ecdsa_p256);
    CHECK(request.resident);
    CHECK(request.verify);
    CHECK_FALSE(request.existing);
    CHECK(scene.has(".ssh/id_ecdsa_sk"));
  }
  SUBCASE("the one that is there") {
    options.existing = true;
    options.json = true;
    scene.pi.welcome.user_verification = true;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    const auto& request = scene.pi.token_requests.at(0);
    CHECK(request.algorithm == channel::TokenAlgorithm::best);
    CHECK(request.existing);
    CHECK_FALSE(request.verify);
    CHECK(contains(scene.laptop.output(), "\"proved\":\"signature\""));
  }
  const auto& request = scene.pi.token_requests.at(0);
  CHECK(request.account == "pi");
  CHECK(request.comment == "ada@laptop");
  CHECK(request.limits.from == "10.0.0.0/8");
  CHECK(request.application == "ssh:work");
  CHECK(request.user == "ada");
  CHECK(scene.pi.offers.empty());
  CHECK(scene.key.opened == 0);
}

TEST_CASE("a login that cannot be tried yet is skipped, and the command said") {
  OnPiScene scene;
  scene.options.json = true;
  SUBCASE("nobody moves the security key, and Enter says so") {
    CHECK(scene.run_with_code(scene.pi.code + "\n") == ExitCode::ok);
    CHECK(contains(scene.screen(), "Move the security key"));
  }
  SUBCASE("no terminal") {
    scene.options.on_pi = true;
    CHECK(scene.run_without_terminal() == ExitCode::ok);
    CHECK_FALSE(contains(scene.screen(), "Move the security key"));
  }
  CHECK(contains(scene.screen(), "Not tried, once the security key is plugged in here: ssh "));
  CHECK(contains(scene.laptop.output(), "\"login\":\"skipped\""));
  CHECK(scene.laptop.logins.empty());
  CHECK(scene.pi.verdicts.empty());
  CHECK(scene.has(".ssh/id_ed25519_sk"));
}

TEST_CASE("a security key that tells nothing without its PIN is taken at its person's word") {
  OnPiScene scene;
  scene.bring_key();
  scene.key.handles.clear();
  SUBCASE("it may be the one") {
    scene.key.set_pin("1234");
    scene.key.info.always_verifies = true;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.laptop.logins.size() == 1);
  }
  SUBCASE("it is another") {
    CHECK(scene.run_with_code(scene.pi.code + "\n") == ExitCode::ok);
    CHECK(scene.laptop.logins.empty());
  }
}

TEST_CASE("a security key that was here all along is not the one that comes from the Pi") {
  OnPiScene scene;
  FakeKey own("/dev/hidraw1", "Model Y");
  own.set_pin("1234");
  own.info.always_verifies = true;
  scene.laptop.security_keys.keys = {&own};
  scene.options.on_pi = true;
  SUBCASE("nothing comes") {
    // Once for the code, and once when it is asked for.
    scene.laptop.security_keys.on_list = [&scene] {
      if (!scene.pi.token_requests.empty() && ++scene.looks == 2) scene.laptop.type("\n");
    };
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.laptop.logins.empty());
  }
  SUBCASE("it comes, and shows what it owns") {
    scene.laptop.security_keys.on_list = [&scene, &own] {
      if (scene.pi.token_requests.empty() || ++scene.looks < 3) return;
      scene.laptop.security_keys.keys = {&own, &scene.key};
    };
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.laptop.logins.size() == 1);
  }
  SUBCASE("it is pulled out and plugged in again: its person knows") {
    scene.laptop.security_keys.on_list = [&scene, &own] {
      if (scene.pi.token_requests.empty()) return;
      ++scene.looks;
      if (scene.looks == 3) scene.laptop.security_keys.keys.clear();
      if (scene.looks == 4) scene.laptop.security_keys.keys = {&own};
    };
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.laptop.logins.size() == 1);
  }
  CHECK(contains(scene.screen(), "Move the security key from the Pi"));
}

TEST_CASE("the PIN of the security key in the Pi is typed here, and two wrong ones are the end") {
  OnPiScene scene;
  scene.options.verify = false;
  scene.pi.token_events = {{TokenNews::pin_wanted, 8, "Model X"},
                           {TokenNews::pin_wrong, 7, "Model X"},
                           {TokenNews::touch, 0, "Model X"}};
  SUBCASE("wrong, then right") {
    CHECK(scene.run_with_code(scene.pi.code + "4321\n1234\n") == ExitCode::ok);
    CHECK(scene.pi.pins == std::vector<std::string>{"4321", "1234"});
    CHECK(contains(scene.screen(), "PIN of Model X in the Pi (8 tries left): "));
    CHECK(contains(scene.screen(), "That PIN is wrong.\n"));
    CHECK(contains(scene.screen(), "PIN of Model X in the Pi (7 tries left): "));
    CHECK_FALSE(contains(scene.screen(), "1234"));
  }
  SUBCASE("wrong twice") {
    scene.pi.token_events.push_front({TokenNews::pin_wrong, 1, "Model X"});
    std::swap(scene.pi.token_events[0], scene.pi.token_events[1]);
    CHECK(scene.run_with_code(scene.pi.code + "4321\n4321\n1234\n") == ExitCode::data);
    CHECK(scene.pi.pins.size() == 2);
    CHECK(contains(scene.screen(), "The PIN was wrong twice"));
    CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  }
  SUBCASE("Ctrl-C instead of it") {
    CHECK(scene.run_with_code(scene.pi.code + "\x03") == ExitCode::cancelled);
    CHECK(scene.pi.pins.empty());
  }
  SUBCASE("nobody there to type it") {
    scene.options.on_pi = true;
    CHECK(scene.run_without_terminal() == ExitCode::usage);
    CHECK(scene.pi.pins.empty());
  }
}

TEST_CASE("a PIN is not sent when the security key was pulled out while it was typed") {
  OnPiScene scene;
  scene.options.verify = false;
  scene.pi.impatient = true;
  scene.pi.token_events = {{TokenNews::pin_wanted, 8, "Model X"},
                           {TokenNews::pulled_out},
                           {TokenNews::plug_in},
                           {TokenNews::touch, 0, ""}};
  CHECK(scene.run_with_code(scene.pi.code + "1234\n") == ExitCode::ok);
  CHECK(scene.pi.pins.empty());
  CHECK(contains(scene.screen(), "The security key was pulled out of the Pi: plug it in again."));
  CHECK(contains(scene.screen(), "Touch the security key in the Pi"));
}

TEST_CASE("a security key in the Pi that cannot do it is told apart, with the Pi's words") {
  OnPiScene scene;
  scene.options.json = true;
  scene.pi.outcome.code = channel::ResultCode::token_failed;
  scene.pi.outcome.text = "its PIN is blocked";
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  CHECK(contains(scene.screen(), "The security key in the Pi could not do it: its PIN is blocked"));
  CHECK(contains(scene.laptop.output(), "\"error\":\"token-failed\""));
  CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  CHECK(scene.laptop.text_of(".ssh/known_hosts").empty());
}

TEST_CASE("a key that cannot be saved here is taken out of the Pi again") {
  OnPiScene scene;
  scene.options.json = true;
  scene.laptop.write(".ssh/config", "");
  scene.pi.before_made = [&scene] {
    const auto folder = scene.laptop.path(".ssh");
    REQUIRE(::rename(folder.c_str(), scene.laptop.path("away").c_str()) == 0);
    std::ofstream(folder) << "no folder";
  };
  SUBCASE("unless it was there before") {
    scene.pi.outcome.code = channel::ResultCode::already_there;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::cannot_create);
    CHECK(scene.pi.verdicts.empty());
    CHECK(contains(scene.screen(), "The key was there before, and stays."));
  }
  SUBCASE("new") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::cannot_create);
    REQUIRE(scene.pi.verdicts.size() == 1);
    CHECK_FALSE(scene.pi.verdicts[0].logged_in);
    CHECK(contains(scene.screen(), "✓ key taken out of the Pi again"));
    CHECK(contains(scene.laptop.output(), "\"result\":\"taken-out\""));
  }
  CHECK(scene.laptop.logins.empty());
}

TEST_CASE("what the Pi calls a key on a security key has to be one") {
  OnPiScene scene;
  SUBCASE("another kind of key") { scene.pi.token_made->key = scene.host_key; }
  SUBCASE("one for a web site") {
    scene.pi.token_made->key = some_sk_key(fido::Algorithm::ed25519, "https://a.example").blob();
  }
  SUBCASE("one that signs without a touch") { scene.pi.token_made->flags = 0; }
  SUBCASE("flags that nobody knows") { scene.pi.token_made->flags |= 0x40; }
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::protocol);
  CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  REQUIRE(scene.pi.verdicts.size() == 1);
  CHECK_FALSE(scene.pi.verdicts[0].logged_in);
}

TEST_CASE("a key that is not what was asked for is taken out of the Pi again") {
  OnPiScene scene;
  auto& options = scene.options;
  auto& made = *scene.pi.token_made;
  std::string other;
  SUBCASE("kind") {
    options.type = "ecdsa";
    other = "it is of another kind";
  }
  SUBCASE("application") {
    options.application = "ssh:work";
    other = "its application is another";
  }
  SUBCASE("application, of one that was there") {
    options.application = "ssh:work";
    options.existing = true;
    other = "its application is another";
  }
  SUBCASE("verification that is missing") {
    options.verify_required = true;
    other = "it wants no PIN or finger";
  }
  SUBCASE("verification") {
    made.flags |= ssh::sk_flag::kUserVerification;
    other = "each use of it wants a PIN or a finger";
  }
  SUBCASE("not resident") {
    options.resident = true;
    other = "it is not resident";
  }
  SUBCASE("resident") {
    made.flags |= ssh::sk_flag::kResident;
    other = "it is resident";
  }
  options.on_pi = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::protocol);
  CHECK_MESSAGE(contains(scene.screen(), "The Pi made another key than was asked for: " + other),
                scene.screen());
  CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  REQUIRE(scene.pi.verdicts.size() == 1);
  CHECK_FALSE(scene.pi.verdicts[0].logged_in);
}

TEST_CASE("a key whose Pi falls silent once it is made is saved all the same") {
  OnPiScene scene;
  scene.options.json = true;
  scene.pi.hang_up_when_made = true;
  SUBCASE("saved") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
    CHECK(scene.has(".ssh/id_ed25519_sk"));
    CHECK(contains(scene.screen(),
                   "the Pi may have its line; if ssh does not let you in with it: latchkey enroll "
                   "--key ~/.ssh/id_ed25519_sk pi@raspberrypi.local"));
    CHECK(contains(scene.laptop.output(), "/.ssh/id_ed25519_sk\""));
    CHECK_FALSE(contains(scene.laptop.output(), "\"result\""));
  }
  SUBCASE("not what was asked for") {
    scene.pi.token_made->flags = 0;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
    CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  }
  CHECK(scene.laptop.logins.empty());
}

TEST_CASE("a Pi that asks for the PIN over and over hears it twice at most") {
  OnPiScene scene;
  scene.options.verify = false;
  const channel::TokenEvent wanted{TokenNews::pin_wanted, 8, "Model X"};
  const channel::TokenEvent touch{TokenNews::touch, 0, "Model X"};
  SUBCASE("without a reason") {
    scene.pi.token_events = {wanted, wanted, wanted, touch};
    CHECK(scene.run_with_code(scene.pi.code + "1234\n1234\n1234\n") == ExitCode::data);
    CHECK(scene.pi.pins.size() == 2);
    CHECK(contains(scene.screen(), "The PIN was wrong twice"));
  }
  SUBCASE("to make and to sign") {
    scene.pi.token_events = {wanted, touch, wanted, touch};
    CHECK(scene.run_with_code(scene.pi.code + "1234\n1234\n") == ExitCode::ok);
    CHECK_FALSE(contains(scene.screen(), "wrong"));
  }
  SUBCASE("after each touch") {
    scene.pi.token_events = {wanted, touch, wanted, touch, wanted, touch, wanted, touch};
    CHECK(scene.run_with_code(scene.pi.code + "1234\n1234\n1234\n1234\n") == ExitCode::data);
    CHECK(scene.pi.pins.size() == 3);
  }
  SUBCASE("for another security key") {
    scene.pi.token_events = {wanted, {TokenNews::pulled_out}, wanted, touch};
    CHECK(scene.run_with_code(scene.pi.code + "1234\n1234\n") == ExitCode::ok);
    CHECK_FALSE(contains(scene.screen(), "wrong"));
  }
}
