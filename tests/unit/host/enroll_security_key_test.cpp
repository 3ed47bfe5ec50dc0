// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <csignal>

#include "tests/unit/attest/registration.hpp"
#include "tests/unit/host/support/interrupting_random.hpp"
#include "tests/unit/host/support/security_key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

TEST_CASE("a new key costs one touch up to the written line, and reads like this") {
  SecurityKeyScene scene;
  scene.options.json = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  const auto screen = scene.screen();
  CHECK(contains(screen, "Key    a new one on Model X, once the code is typed: one touch\n"));
  CHECK(contains(screen, "Key    ~/.ssh/id_ed25519_sk  SHA256:"));
  CHECK(contains(screen, "✓ key added for pi: /home/pi/.ssh/authorized_keys\n"));
  CHECK(contains(screen, "✓ hardware: Model X, attested by Makers Root CA\n"));
  CHECK(contains(screen, "✓ logged in with this key:"));
  CHECK(scene.key.touches == 1);
  CHECK(scene.signatures == 0);
  REQUIRE(scene.pi.verdicts.size() == 1);
  CHECK(scene.pi.verdicts[0].logged_in);
  CHECK(contains(scene.laptop.output(), "\"proved\":\"attestation\""));
  CHECK(contains(scene.laptop.output(), "\"hardware\":\"Model X, attested by Makers Root CA\""));
}

TEST_CASE(
    "the key is made over all that is asked for, and its attestation is all that is offered") {
  SecurityKeyScene scene;
  scene.options.from = "192.168.1.0/24";
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  REQUIRE(scene.key.requests.size() == 1);
  REQUIRE(scene.pi.offers.size() == 1);
  const auto& offer = scene.pi.offers[0];
  const auto challenge = scene.challenge_of(offer);
  CHECK(scene.key.requests[0].challenge == challenge);
  CHECK(offer.signature.empty());
  CHECK(offer.limits.from == "192.168.1.0/24");
  CHECK(offer.comment == "ada@laptop");
  const auto record = attest::decode_record(offer.attestation);
  REQUIRE(record.has_value());
  CHECK(record->challenge.empty());

  const auto file = scene.laptop.path(".ssh/id_ed25519_sk");
  const auto saved = KeyFile::read(file);
  REQUIRE(saved.has_value());
  CHECK(saved->key.blob() == offer.key);
  const auto kept = read_stored_attestation(file, saved->key);
  REQUIRE(kept.has_value());
  REQUIRE(kept->has_value());
  CHECK((*kept)->challenge == challenge);
}

TEST_CASE("where a press confirms, it is asked for in words that hold whatever the Pi finds") {
  SecurityKeyScene scene;
  scene.pi.welcome.confirm_press = true;
  constexpr const char* kNow = "Press the Pi's button once more to confirm.\n";
  constexpr const char* kThen = "When the Pi's LED is on with one short gap each second, press its";
  SUBCASE("the attestation may be enough") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(contains(scene.screen(), kThen));
    CHECK_FALSE(contains(scene.screen(), kNow));
  }
  SUBCASE("it was not") {
    scene.pi.wants_signature = "no trusted root stands behind it";
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    const auto screen = scene.screen();
    CHECK(screen.find(kThen) < screen.find("So the key signs as well."));
    CHECK(screen.find("So the key signs as well.") < screen.find(kNow));
    CHECK(contains(screen, kNow));
  }
}

TEST_CASE("a Pi that wants a signature as well says why and gets one, of the same key") {
  SecurityKeyScene scene;
  scene.pi.wants_signature = "no trusted root stands behind it";
  scene.pi.outcome.hardware.clear();
  scene.options.json = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  REQUIRE(scene.pi.offers.size() == 2);
  CHECK(scene.pi.offers[1].key == scene.pi.offers[0].key);
  CHECK(scene.pi.offers[1].attestation == scene.pi.offers[0].attestation);
  const auto signature = ssh::Sshsig::parse(scene.pi.offers[1].signature);
  REQUIRE(signature.has_value());
  CHECK(signature->public_key.blob() == scene.pi.offers[1].key);
  CHECK(scene.signatures == 1);
  CHECK(contains(scene.screen(),
                 "The attestation alone is no proof to the Pi: no trusted root "
                 "stands behind it. So the key signs as well.\n"));
  CHECK(contains(scene.screen(), "Touch your security key.\n"));
  CHECK_FALSE(contains(scene.screen(), "hardware:"));
  CHECK(contains(scene.laptop.output(), "\"proved\":\"signature\""));
}

TEST_CASE("a key that makes no attestation signs at once") {
  SecurityKeyScene scene;
  scene.key.spoil = [](fido::MadeKey& made) { made.attestation = {}; };
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  REQUIRE(scene.pi.offers.size() == 1);
  CHECK(scene.pi.offers[0].attestation.empty());
  CHECK_FALSE(scene.pi.offers[0].signature.empty());
}

TEST_CASE("a refused new key leaves no file, and each reason has its own sentence") {
  using channel::ResultCode;
  struct Case {
    ResultCode code;
    const char* sentence;
    const char* name;
  };
  for (const auto& [code, sentence, name] :
       {Case{ResultCode::not_attested, "nothing proves that this one is", "not-attested"},
        Case{ResultCode::attestation_invalid, "does not hold", "attestation-invalid"},
        Case{ResultCode::model_not_allowed, "does not list its model", "model-not-allowed"}}) {
    SecurityKeyScene scene;
    scene.options.json = true;
    scene.pi.welcome.hardware = attest::HardwareRule::require;
    scene.pi.outcome.code = code;
    scene.pi.outcome.text = "the Pi's own words";
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::no_permission);
    CHECK_MESSAGE(contains(scene.screen(), sentence), scene.screen());
    CHECK(contains(scene.screen(), "the Pi's own words"));
    CHECK(contains(scene.screen(), "~/.ssh/id_ed25519_sk removed"));
    CHECK(contains(scene.laptop.output(), std::string("\"error\":\"") + name + "\""));
    for (const auto* end : {"", ".pub", ".attestation", ".challenge"}) {
      CHECK_FALSE(scene.has(std::string(".ssh/id_ed25519_sk") + end));
    }
    CHECK(scene.laptop.text_of(".ssh/known_hosts").empty());
  }
}

TEST_CASE("a refused resident key stays on the security key, so its file stays as well") {
  SecurityKeyScene scene;
  scene.key.set_pin("1234");
  scene.options.resident = true;
  scene.pi.outcome.code = channel::ResultCode::not_attested;
  CHECK(scene.run_with_code(scene.pi.code + "1234\n") == ExitCode::no_permission);
  CHECK(scene.has(".ssh/id_ed25519_sk"));
  CHECK(contains(scene.screen(), "stays on the security key, and its file here"));
}

TEST_CASE("what is not about the key keeps it for the next time") {
  SecurityKeyScene scene;
  SUBCASE("the Pi could not write") {
    scene.pi.outcome.code = channel::ResultCode::write_failed;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  }
  SUBCASE("the connection ended, and the line may be there or not") {
    scene.pi.hang_up_on_offer = true;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  }
  CHECK(scene.has(".ssh/id_ed25519_sk"));
  CHECK(contains(scene.screen(),
                 "The new key is kept: latchkey enroll --key "
                 "~/.ssh/id_ed25519_sk pi@raspberrypi.local"));
}

TEST_CASE("a key that was made for another window signs, and shows its attestation as well") {
  namespace maker = latchkey::attest::test;
  SecurityKeyScene scene;
  scene.key.spoil = [&scene](fido::MadeKey& made) {
    maker::Registration registration;
    registration.challenge = scene.key.requests.back().challenge;
    registration.ed25519 = true;
    registration.key = maker::Key::ed25519();
    registration.credential_id = made.handle;
    made.key = registration.ssh_key();
    made.attestation = registration.packed(maker::self_signed({}));
  };
  scene.pi.outcome.code = channel::ResultCode::write_failed;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  const auto first = scene.pi.offers.at(0);
  const auto challenge = scene.challenge_of(first);
  scene.pi.outcome.code = channel::ResultCode::added;
  scene.pi.welcome.challenge.fill(0x66);
  scene.pi.welcome.hardware = attest::HardwareRule::require;
  scene.laptop.make_key();
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  REQUIRE(scene.pi.offers.size() == 2);
  CHECK(scene.pi.offers[1].key == first.key);
  CHECK_FALSE(scene.pi.offers[1].signature.empty());
  const auto record = attest::decode_record(scene.pi.offers[1].attestation);
  REQUIRE(record.has_value());
  CHECK(record->challenge == challenge);
  CHECK(scene.key.requests.size() == 1);
}

TEST_CASE("Ctrl-C between the touch and the file loses nothing") {
  SecurityKeyScene scene;
  InterruptingRandom random([&scene] { return scene.key.touches == 1; });
  scene.pi.answer(scene.laptop.dialer);
  scene.laptop.type(scene.pi.code);
  CHECK(enroll(scene.options, random.in(scene.laptop.context())) == ExitCode::ok);
  CHECK(random.presses > 0);
  CHECK(scene.has(".ssh/id_ed25519_sk"));
}

TEST_CASE("a security key that is plugged in anew while the code is read is the same one") {
  SecurityKeyScene scene;
  scene.laptop.security_keys.on_list = [&scene] {
    if (scene.pi.proved) scene.key.plugged.path = "/dev/hidraw7";
  };
  SUBCASE("at another place, which nobody named") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.has(".ssh/id_ed25519_sk"));
  }
  SUBCASE("unless the place was named") {
    scene.options.device = "/dev/hidraw3";
    CHECK(scene.run_with_code(scene.pi.code) == exit_code_of(Reason::no_security_key));
    CHECK(contains(scene.screen(), "There is no security key at /dev/hidraw3."));
  }
}

TEST_CASE("a resident key that is made with a finger costs two, and both are announced") {
  SecurityKeyScene scene;
  scene.key.info.built_in_verification = true;
  scene.options.resident = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(contains(scene.screen(), "once the code is typed: two touches with your finger\n"));
  CHECK(contains(scene.screen(), "Model X: it will ask for your finger, twice\n"));
}

TEST_CASE("a login that nobody touches the security key for says so") {
  SecurityKeyScene scene;
  scene.options.make_new = true;
  scene.laptop.login = PlayedLogin::not_signed;
  CHECK(scene.run_without_terminal() == ExitCode::login_failed);
  CHECK(contains(scene.screen(),
                 "the security key was not touched in time (it took longer than "
                 "50 seconds)"));
  REQUIRE(scene.laptop.logins.size() == 1);
  CHECK(scene.laptop.logins[0].deadline == Millis(50'000));
}

TEST_CASE("what happens at the security key ends it with a sentence, and nothing is offered") {
  SecurityKeyScene scene;
  SUBCASE("pulled out after the code was proved") {
    scene.key.fails_to_make = fido::Trouble::removed;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  }
  SUBCASE("not touched") {
    scene.key.fails_to_make = fido::Trouble::timed_out;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  }
  SUBCASE("Ctrl-C during the touch") {
    scene.key.on_touch = [] { ::raise(SIGINT); };
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::cancelled);
  }
  SUBCASE("gone before it was asked") {
    scene.key.on_touch = {};
    scene.laptop.security_keys.on_list = [&scene] {
      if (scene.pi.proved) scene.laptop.security_keys.keys.clear();
    };
    scene.laptop.interactive = false;
    scene.options.make_new = true;
    CHECK(scene.run_without_terminal() != ExitCode::ok);
  }
  CHECK(contains(scene.screen(), "✗ "));
  CHECK(scene.pi.proved);
  CHECK(scene.pi.offers.empty());
  CHECK_FALSE(scene.has(".ssh/id_ed25519_sk"));
  CHECK(scene.key.opened == scene.key.closed);
}

TEST_CASE("a PIN is asked for once the code is proved, and two wrong ones are the end") {
  SecurityKeyScene scene;
  scene.key.set_pin("1234");
  scene.options.verify_required = true;
  SUBCASE("right") {
    CHECK(scene.run_with_code(scene.pi.code + "1234\n") == ExitCode::ok);
    CHECK(scene.key.typed == std::vector<std::string>{"1234"});
    CHECK(contains(scene.screen(), "once the code is typed: its PIN and one touch"));
  }
  SUBCASE("wrong and right") {
    CHECK(scene.run_with_code(scene.pi.code + "4321\n1234\n") == ExitCode::ok);
    CHECK(scene.key.wrong_pins == 1);
  }
  SUBCASE("wrong twice") {
    CHECK(scene.run_with_code(scene.pi.code + "4321\n4321\n1234\n") == ExitCode::data);
    CHECK(scene.key.pins_sent == 2);
    CHECK(scene.pi.offers.empty());
  }
  SUBCASE("nobody there to type it: said before anybody is connected to") {
    CHECK(scene.run_without_terminal() == ExitCode::usage);
    CHECK(scene.laptop.dialer.history().empty());
  }
}

TEST_CASE("a Pi that wants its users verified gets a key that verifies them") {
  SecurityKeyScene scene;
  scene.key.set_pin("1234");
  scene.pi.welcome.user_verification = true;
  CHECK(scene.run_with_code(scene.pi.code + "1234\n") == ExitCode::ok);
  REQUIRE(scene.key.requests.size() == 1);
  CHECK(scene.key.requests[0].verify);
}

TEST_CASE("the new key is of a kind that both the Pi and the person want") {
  SecurityKeyScene scene;
  SUBCASE("the Pi takes ECDSA alone") {
    scene.pi.welcome.key_types = {"sk-ecdsa-sha2-nistp256@openssh.com"};
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.key.requests.at(0).algorithm == fido::Algorithm::ecdsa_p256);
    CHECK(scene.has(".ssh/id_ecdsa_sk"));
  }
  SUBCASE("the person wants ECDSA") {
    scene.options.type = "ecdsa";
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.key.requests.at(0).algorithm == fido::Algorithm::ecdsa_p256);
  }
  SUBCASE("they want different ones") {
    scene.options.type = "ecdsa";
    scene.pi.welcome.key_types = {"sk-ssh-ed25519@openssh.com"};
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::no_permission);
    CHECK(scene.key.requests.empty());
  }
  SUBCASE("the Pi takes none on security keys") {
    scene.pi.welcome.key_types = {"ssh-ed25519"};
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::no_permission);
    CHECK(contains(scene.screen(), "accepts no keys on security keys. It accepts: ssh-ed25519."));
    CHECK(scene.key.requests.empty());
  }
}
