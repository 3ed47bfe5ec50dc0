// SPDX-License-Identifier: MIT
#include <csignal>

#include "core/attest/sk_attest_file.hpp"

#include "tests/unit/host/support/key_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;
using Files = std::vector<std::string>;

TEST_CASE("a key is made with one touch, and its file is what ssh takes") {
  KeyScene scene;
  CHECK(scene.make() == ExitCode::ok);
  CHECK(scene.screen_has("Model X: it will ask for a touch\n"));
  CHECK(scene.screen_has("Touch the security key.\n"));
  CHECK(scene.screen_has("✓ key made: ~/.ssh/id_ed25519_sk  SHA256:"));
  CHECK(scene.files() == Files{"id_ed25519_sk", "id_ed25519_sk.pub"});
  const auto saved = scene.saved("id_ed25519_sk");
  CHECK(saved.comment == "ada@laptop");
  CHECK(saved.flags == ssh::sk_flag::kUserPresence);
  CHECK(saved.key_handle == scene.key.handles.at(0));
  CHECK(scene.key.touches == 1);
  CHECK(scene.key.pins_sent == 0);
  CHECK(scene.key.opened == 1);
  CHECK(scene.key.closed == 1);
  REQUIRE(scene.key.requests.size() == 1);
  CHECK(scene.key.requests[0].application == "ssh:");
  CHECK(scene.key.requests[0].challenge.size() == 32);
  process::PosixRunner runner;
  const auto file = scene.laptop.path(".ssh/id_ed25519_sk");
  const auto half = runner.run({{"ssh-keygen", "-y", "-f", file}, {}, {}});
  REQUIRE(half.has_value());
  CHECK(half->output == scene.laptop.text_of(".ssh/id_ed25519_sk.pub"));
}

TEST_CASE("what was asked for is what is made") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  scene.laptop.type(std::string(kPin) + "\n");
  scene.options.type = "ecdsa";
  scene.options.resident = true;
  scene.options.verify_required = true;
  scene.options.touch_required = false;
  scene.options.application = "ssh:pi";
  scene.options.user = "sam";
  scene.options.comment = "a comment";
  scene.options.json = true;
  CHECK(scene.make() == ExitCode::ok);
  const auto& request = scene.key.requests.at(0);
  CHECK(request.algorithm == fido::Algorithm::ecdsa_p256);
  CHECK(request.resident);
  CHECK(request.verify);
  CHECK_FALSE(request.overwrite);
  CHECK(request.application == "ssh:pi");
  CHECK(request.user == "sam");
  const auto saved = scene.saved("id_ecdsa_sk");
  CHECK(saved.comment == "a comment");
  CHECK(saved.flags == (ssh::sk_flag::kUserVerification | ssh::sk_flag::kResident));
  CHECK(scene.screen_has("Model X: it will ask for its PIN, then a touch\n"));
  CHECK(scene.screen_has("PIN of Model X (8 tries left): "));
  CHECK(scene.screen_has("the Pis of latchkey refuse such a key"));
  CHECK_FALSE(scene.screen_has(kPin));
  CHECK(scene.laptop.output().find(R"("resident":true,"verify_required":true,)"
                                   R"("touch_required":false)") != std::string::npos);
}

TEST_CASE("a key that cannot do Ed25519 makes ECDSA, on its own") {
  KeyScene scene;
  SUBCASE("as it says") { scene.key.info.algorithms = {fido::Algorithm::ecdsa_p256}; }
  SUBCASE("as it turns out") {
    scene.key.no_ed25519 = true;
    scene.key.set_pin(kPin);
    scene.key.info.makes_without_pin = false;
    scene.laptop.type(std::string(kPin) + "\n");  // once is enough for both
  }
  SUBCASE("since it is of the time before CTAP2") {
    scene.key.info = {};
    scene.key.info.u2f = true;
  }
  CHECK(scene.make() == ExitCode::ok);
  CHECK(scene.screen_has("Model X makes no Ed25519 keys: making an ECDSA one.\n"));
  CHECK(scene.files() == Files{"id_ecdsa_sk", "id_ecdsa_sk.pub"});
  CHECK(scene.key.touches == 1);
}

TEST_CASE("not where Ed25519 was asked for by name") {
  KeyScene scene;
  scene.options.type = "ed25519";
  SUBCASE("as it says") { scene.key.info.algorithms = {fido::Algorithm::ecdsa_p256}; }
  SUBCASE("as it turns out") { scene.key.no_ed25519 = true; }
  CHECK(scene.make() == exit_code_of(Reason::no_such_algorithm));
  CHECK(scene.key.touches == 0);
  CHECK(scene.files().empty());
}

TEST_CASE("the second wrong PIN ends it, and never a third is sent") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  scene.options.resident = true;
  scene.laptop.type("wrong one\nwrong two\n" + std::string(kPin) + "\n");
  CHECK(scene.make() == exit_code_of(Reason::pin_wrong));
  CHECK(scene.key.typed == Files{"wrong one", "wrong two"});
  CHECK(scene.screen_has("PIN of Model X (8 tries left): "));
  CHECK(scene.screen_has("That was not its PIN.\n"));
  CHECK(scene.screen_has("PIN of Model X (7 tries left): "));
  CHECK(scene.key.touches == 0);
  CHECK(scene.files().empty());
}

TEST_CASE("a wrong PIN and then the right one makes the key") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  scene.options.resident = true;
  scene.laptop.type("wrong one\n" + std::string(kPin) + "\n");
  CHECK(scene.make() == ExitCode::ok);
  CHECK(scene.key.pins_sent == 2);
}

TEST_CASE("no PIN is sent where none is needed, or none was typed") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  SUBCASE("a key that needs none for this") {
    scene.laptop.type(std::string(kPin) + "\n");
    CHECK(scene.make() == ExitCode::ok);
  }
  SUBCASE("an empty line") {
    scene.options.resident = true;
    scene.laptop.type("\n");
    CHECK(scene.make() == ExitCode::cancelled);
  }
  SUBCASE("Ctrl-C") {
    scene.options.resident = true;
    scene.laptop.type("correct h\x03");
    CHECK(scene.make() == ExitCode::cancelled);
  }
  SUBCASE("no terminal") {
    scene.options.resident = true;
    scene.laptop.interactive = false;
    scene.laptop.type(std::string(kPin) + "\n");
    CHECK(scene.make() == exit_code_of(Reason::needs_terminal));
  }
  SUBCASE("a PIN that is blocked") {
    scene.options.resident = true;
    scene.key.tries = 0;
    scene.laptop.type(std::string(kPin) + "\n");
    CHECK(scene.make() == exit_code_of(Reason::pin_blocked));
  }
  CHECK(scene.key.pins_sent == 0);
}

TEST_CASE("a key that wants its PIN after all gets it, typed") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  scene.key.wants_pin_after_all = true;
  scene.laptop.type(std::string(kPin) + "\n");
  CHECK(scene.make() == ExitCode::ok);
  CHECK(scene.screen_has("Model X wants its PIN after all.\n"));
  CHECK(scene.key.pins_sent == 1);
}

TEST_CASE("what a key says that it cannot do is not tried") {
  KeyScene scene;
  auto reason = Reason::security_key_cannot;
  SUBCASE("resident without a PIN") {
    scene.options.resident = true;
    reason = Reason::pin_not_set;
  }
  SUBCASE("verification without a PIN") {
    scene.options.verify_required = true;
    reason = Reason::pin_not_set;
  }
  SUBCASE("verification where it can have no PIN") {
    scene.options.verify_required = true;
    scene.key.info.pin = fido::PinState::cannot;
  }
  SUBCASE("always verification, without a PIN") {
    scene.key.info.always_verifies = true;
    reason = Reason::pin_not_set;
  }
  SUBCASE("resident keys") {
    scene.key.set_pin(kPin);
    scene.options.resident = true;
    scene.key.info.resident_keys = false;
  }
  SUBCASE("another resident key, when it is full") {
    scene.key.set_pin(kPin);
    scene.options.resident = true;
    scene.key.info.free_slots = 0;
    reason = Reason::security_key_full;
  }
  SUBCASE("resident keys by U2F alone") {
    scene.key.info = {};
    scene.key.info.u2f = true;
    scene.options.resident = true;
  }
  CHECK(scene.make() == exit_code_of(reason));
  CHECK(scene.key.requests.empty());
  CHECK(scene.key.pins_sent == 0);
  CHECK(scene.files().empty());
}

TEST_CASE("whatever happens while it is made, nothing is written and the reason is told") {
  KeyScene scene;
  auto reason = Reason::security_key_removed;
  SUBCASE("removed") { scene.key.fails_to_make = fido::Trouble::removed; }
  SUBCASE("declined") {
    scene.key.fails_to_make = fido::Trouble::declined;
    reason = Reason::declined;
  }
  SUBCASE("not touched") {
    scene.key.fails_to_make = fido::Trouble::timed_out;
    reason = Reason::not_touched;
  }
  SUBCASE("full") {
    scene.key.fails_to_make = fido::Trouble::store_full;
    reason = Reason::security_key_full;
  }
  SUBCASE("Ctrl-C") {
    scene.key.on_touch = [] { ::raise(SIGINT); };
    reason = Reason::cancelled;
  }
  SUBCASE("another algorithm than asked for") {
    scene.key.spoil = [](fido::MadeKey& made) {
      made.key = some_sk_key(fido::Algorithm::ecdsa_p256, "ssh:");
    };
    reason = Reason::security_key_nonsense;
  }
  SUBCASE("another application than asked for") {
    scene.key.spoil = [](fido::MadeKey& made) {
      made.key = some_sk_key(fido::Algorithm::ed25519, "ssh:other");
    };
    reason = Reason::security_key_nonsense;
  }
  SUBCASE("no handle") {
    scene.key.spoil = [](fido::MadeKey& made) { made.handle.clear(); };
    reason = Reason::security_key_nonsense;
  }
  scene.options.json = true;
  CHECK(scene.make() == exit_code_of(reason));
  CHECK(scene.laptop.output().find("\"error\":\"" + std::string(name_of(reason)) + "\"") !=
        std::string::npos);
  CHECK(scene.files().empty());
  CHECK(scene.key.closed == scene.key.opened);
}

TEST_CASE("an existing resident key is replaced only when told to") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  scene.key.residents = {
      {some_sk_key(fido::Algorithm::ed25519, "ssh:pi", 77), Bytes(64, 77), "sam", false}};
  scene.options.resident = true;
  scene.options.application = "ssh:pi";
  scene.options.user = "sam";
  scene.laptop.type(std::string(kPin) + "\n");
  SUBCASE("not told") {
    CHECK(scene.make() == exit_code_of(Reason::resident_exists));
    CHECK(scene.key.residents.at(0).handle == Bytes(64, 77));
    CHECK(scene.key.touches == 0);
  }
  SUBCASE("told") {
    scene.options.overwrite = true;
    CHECK(scene.make() == ExitCode::ok);
    REQUIRE(scene.key.residents.size() == 1);
    CHECK(scene.key.residents[0].handle != Bytes(64, 77));
  }
}

TEST_CASE("a file that is there is seen before anybody is asked to touch anything") {
  KeyScene scene;
  std::string there = "id_ed25519_sk";
  SUBCASE("the private half") {}
  SUBCASE("the public half") { there += ".pub"; }
  SUBCASE("the attestation") {
    there += ".attestation";
    scene.options.attestation = "";
  }
  SUBCASE("the challenge") {
    there += ".challenge";
    scene.options.attestation = "";
  }
  SUBCASE("a file that was named") {
    scene.options.file = "~/.ssh/mine";
    there = "mine";
  }
  scene.laptop.write(".ssh/" + there, "mine");
  CHECK(scene.make() == exit_code_of(Reason::key_exists));
  CHECK(scene.screen_has("Name another file with --file FILE."));
  CHECK(scene.key.requests.empty());
  CHECK(scene.files() == Files{there});
  CHECK(scene.laptop.text_of(".ssh/" + there) == "mine");
}

TEST_CASE("a resident key that came back wrong may be there, and what deletes it is said") {
  KeyScene scene;
  scene.key.set_pin(kPin);
  SUBCASE("another than was asked for") {
    scene.key.spoil = [](fido::MadeKey& made) { made.handle.clear(); };
  }
  SUBCASE("nonsense") { scene.key.fails_to_make = fido::Trouble::nonsense; }
  scene.laptop.type(std::string(kPin) + "\n");
  scene.options.resident = true;
  CHECK(scene.make() == exit_code_of(Reason::security_key_nonsense));
  CHECK(scene.screen_has("may hold the new resident key all the same"));
  CHECK(scene.screen_has("latchkey keys --delete-resident"));
}

TEST_CASE("options that contradict each other are refused before anything is asked") {
  KeyScene scene;
  SUBCASE("--software --resident") { scene.options.software = scene.options.resident = true; }
  SUBCASE("--software -t ecdsa") {
    scene.options.software = true;
    scene.options.type = "ecdsa";
  }
  SUBCASE("--overwrite alone") { scene.options.overwrite = true; }
  SUBCASE("--user alone") { scene.options.user = "sam"; }
  SUBCASE("a long --user") {
    scene.options.resident = true;
    scene.options.user = std::string(32, 'x');
  }
  SUBCASE("an application of the web") { scene.options.application = "https://example.com"; }
  SUBCASE("an application with a line in it") { scene.options.application = "ssh:a\nb"; }
  CHECK(scene.make() == ExitCode::usage);
  CHECK(scene.key.opened == 0);
}

TEST_CASE("a passphrase is asked for by ssh-keygen, and a file without one is said to be") {
  KeyScene scene;
  scene.options.passphrase = true;
  bool given = false;
  process::PosixRunner real;
  scene.laptop.programs.play("ssh-keygen", [&](const process::Command& command) {
    CHECK(command.on_terminal);
    if (!given) {
      ::raise(SIGINT);  // Ctrl-C reaches everybody at the terminal
      return Result<process::Finished>(process::Finished{130, {}, {}});
    }
    auto answered = command;
    answered.on_terminal = false;
    answered.arguments.insert(answered.arguments.end(), {"-P", "", "-N", "passphrase"});
    return real.run(answered);
  });
  SUBCASE("typed") {
    given = true;
    CHECK(scene.make() == ExitCode::ok);
    const auto info = ssh::read_private_file(scene.laptop.text_of(".ssh/id_ed25519_sk"));
    REQUIRE(info.has_value());
    CHECK(info->is_encrypted());
    CHECK_FALSE(scene.screen_has("No passphrase"));
  }
  SUBCASE("not typed") {
    CHECK(scene.make() == ExitCode::ok);
    CHECK(scene.saved("id_ed25519_sk").key_handle == scene.key.handles.at(0));
    CHECK(scene.screen_has("No passphrase was given"));
    CHECK(scene.screen_has("ssh-keygen -p -f ~/.ssh/id_ed25519_sk"));
  }
}

TEST_CASE("a passphrase that nobody can type is refused before anything is asked") {
  KeyScene scene;
  scene.laptop.interactive = false;
  scene.options.passphrase = true;
  CHECK(scene.make() == exit_code_of(Reason::needs_terminal));
  CHECK(scene.key.opened == 0);
}

TEST_CASE("a touch needs no terminal") {
  KeyScene scene;
  scene.laptop.interactive = false;
  CHECK(scene.make() == ExitCode::ok);
}

TEST_CASE("a key in a file is made without any security key") {
  KeyScene scene;
  scene.laptop.security_keys.keys.clear();
  scene.options.software = true;
  scene.options.no_passphrase = true;
  CHECK(scene.make() == ExitCode::ok);
  CHECK(scene.files() == Files{"id_ed25519", "id_ed25519.pub"});
  CHECK(scene.screen_has("(no passphrase)"));
}
