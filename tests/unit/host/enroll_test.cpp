// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "core/channel/statement.hpp"
#include "core/ssh/public_key_line.hpp"
#include "core/ssh/sshsig.hpp"
#include "tests/unit/host/support/enrolment_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

TEST_CASE("a plain enrolment ends in a login, and reads like this") {
  EnrolmentScene scene;
  const auto fingerprint = scene.laptop.make_key();
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  const auto screen = scene.laptop.screen();
  CHECK(contains(screen, "Key    ~/.ssh/id_ed25519  " + fingerprint + "  (ssh-ed25519)\n"));
  CHECK(contains(screen, "Pi     raspberrypi, window open\n"));
  CHECK(contains(screen, "Code   count the blinks: 8 groups of 1 to 5, after the long one\n"));
  CHECK(contains(screen, "✓ code right, channel encrypted: Raspberry Pi 4 Model B Rev 1.5\n"));
  CHECK(contains(screen, "✓ key added for pi: /home/pi/.ssh/authorized_keys\n"));
  CHECK(contains(screen, "✓ host key pinned: SHA256:"));
  CHECK(contains(screen, "✓ logged in with this key:  ssh pi@raspberrypi.local\n"));
  CHECK(scene.laptop.dialer.history() ==
        std::vector<net::ScriptedDialer::Call>{{"raspberrypi.local", 7822}});
  CHECK(scene.pi.greeted_by == "laptop");
  CHECK(scene.pi.guesses == 1);
  REQUIRE(scene.pi.verdicts.size() == 1);
  CHECK(scene.pi.verdicts[0].logged_in);
  CHECK(scene.laptop.text_of(".ssh/known_hosts") ==
        "raspberrypi.local " + scene.host_key_line + "\n");
}

TEST_CASE("what is offered proves the key for this Pi, this window and this account") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.options.from = "192.168.1.0/24";
  scene.options.restricted = true;
  scene.options.expires = "90d";
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  REQUIRE(scene.pi.offers.size() == 1);
  const auto& offer = scene.pi.offers[0];
  CHECK(offer.account == "pi");
  CHECK(offer.comment == "ada@laptop");
  CHECK(offer.limits.from == "192.168.1.0/24");
  CHECK(offer.limits.restrict);
  CHECK(offer.limits.expires == scene.laptop.clock.wall() + std::chrono::hours(24 * 90));

  const auto signature = ssh::Sshsig::parse(offer.signature);
  REQUIRE(signature.has_value());
  CHECK(signature->public_key.blob() == offer.key);
  const auto statement =
      channel::enrolment_statement(scene.pi.welcome.challenge, "pi", offer.limits,
                                   channel::hash_host_keys({scene.host_key}).value());
  scene.laptop.write("signature", ssh::armor(offer.signature));
  scene.laptop.write("signers", "ada " + scene.laptop.text_of(".ssh/id_ed25519.pub"));
  process::PosixRunner runner;
  const auto verified =
      runner.run({{"ssh-keygen", "-Y", "verify", "-f", scene.laptop.path("signers"), "-I", "ada",
                   "-n", "enroll@latchkey", "-s", scene.laptop.path("signature")},
                  {},
                  statement});
  REQUIRE(verified.has_value());
  CHECK(verified->status == 0);
}

TEST_CASE("the login is made with the options that nothing can fool") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  REQUIRE(scene.laptop.logins.size() == 1);
  std::string line;
  for (const auto& argument : scene.laptop.logins[0].arguments) line += argument + " ";
  for (const auto* wanted :
       {"-v -E ", "-o ControlPath=none", "-o PreferredAuthentications=publickey",
        "-o IdentitiesOnly=yes", "-o StrictHostKeyChecking=yes", "-o BatchMode=yes", "-l pi ",
        "-p 22 ", "-- raspberrypi.local true"}) {
    CHECK_MESSAGE(contains(line, wanted), wanted);
  }
  CHECK(contains(line, "-i " + scene.laptop.path(".ssh/id_ed25519")));
}

TEST_CASE("the same key again is a success, and said so") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.pi.outcome.code = channel::ResultCode::already_there;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(contains(scene.laptop.screen(), "✓ key was there already for pi"));
}

TEST_CASE("without a user name the Pi's first account is meant, unless ssh says another") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.options.target = "raspberrypi.local";
  scene.pi.welcome.accounts = {"eve", "pi"};
  SUBCASE("first") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.pi.offers.at(0).account == "eve");
  }
  SUBCASE("ssh_config") {
    scene.laptop.config += "user pi\n";
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.pi.offers.at(0).account == "pi");
  }
}

TEST_CASE("a failed login takes the key out again") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.laptop.login = PlayedLogin::refused;
  SUBCASE("when the person says so") {
    CHECK(scene.run_with_code(scene.pi.code + "\n") == ExitCode::login_failed);
    REQUIRE(scene.pi.verdicts.size() == 1);
    CHECK_FALSE(scene.pi.verdicts[0].logged_in);
    CHECK(contains(scene.laptop.screen(), "key taken out of the Pi again"));
    CHECK(contains(scene.laptop.screen(), "sshd does not take the key"));
  }
  SUBCASE("not when the person says no") {
    CHECK(scene.run_with_code(scene.pi.code + "n\n") == ExitCode::login_failed);
    CHECK(scene.pi.verdicts.empty());
    CHECK(contains(scene.laptop.screen(), "The key stays on the Pi."));
  }
  SUBCASE("by itself where nobody can answer") {
    scene.options.yes = true;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::login_failed);
    CHECK(scene.pi.verdicts.size() == 1);
  }
  SUBCASE("never when it was there before") {
    scene.pi.outcome.code = channel::ResultCode::already_there;
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::login_failed);
    CHECK(scene.pi.verdicts.empty());
  }
}

TEST_CASE("a login with another key is tried once more alone, and is no proof") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.options.yes = true;
  scene.laptop.login = PlayedLogin::another_key;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::login_failed);
  REQUIRE(scene.laptop.logins.size() == 2);
  CHECK(scene.laptop.logins[1].arguments.at(2) == "none");
  CHECK(contains(scene.laptop.screen(), "with another key (SHA256:another)"));
}

TEST_CASE("a stopped sshd is named as such") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.options.yes = true;
  scene.laptop.login = PlayedLogin::stopped;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::login_failed);
  CHECK(contains(scene.laptop.screen(), "sudo systemctl enable --now ssh"));
}

TEST_CASE("a changed host key is shown, and replaced only on a yes") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.laptop.make_key("old_host_key");
  const auto old = KeyFile::read(scene.laptop.path(".ssh/old_host_key")).value();
  REQUIRE(::remove(scene.laptop.path(".ssh/old_host_key").c_str()) == 0);
  const auto before = "# mine\nraspberrypi.local " + ssh::format_public_key(old.key, "") + "\n";
  scene.laptop.write(".ssh/known_hosts", before);
  SUBCASE("no") {
    CHECK(scene.run_with_code(scene.pi.code + "\n") == ExitCode::configuration);
    CHECK(scene.laptop.text_of(".ssh/known_hosts") == before);
    CHECK(scene.pi.offers.empty());
    CHECK(contains(scene.laptop.screen(), "holds another host key for raspberrypi.local"));
  }
  SUBCASE("--yes is not that yes") {
    scene.options.yes = true;
    scene.laptop.interactive = false;
    scene.laptop.write("code", scene.pi.code);
    scene.options.code = scene.laptop.path("code");
    CHECK(scene.run_with_code("") == ExitCode::configuration);
    CHECK(scene.laptop.text_of(".ssh/known_hosts") == before);
    CHECK(contains(scene.laptop.screen(), "--replace-host-key"));
  }
  SUBCASE("yes") {
    CHECK(scene.run_with_code(scene.pi.code + "y\n") == ExitCode::ok);
    CHECK(scene.laptop.text_of(".ssh/known_hosts") ==
          "# mine\nraspberrypi.local " + scene.host_key_line + "\n");
  }
}

TEST_CASE("a Host block is offered once, and written on a yes") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.options.host_block = true;
  CHECK(scene.run_with_code(scene.pi.code + "y\n") == ExitCode::ok);
  const auto config = scene.laptop.text_of(".ssh/config");
  CHECK(config ==
        "Host raspberrypi\n    HostName raspberrypi.local\n    User pi\n    IdentityFile " +
            scene.laptop.path(".ssh/id_ed25519") + "\n");
  CHECK(
      contains(scene.laptop.screen(), "Host raspberrypi added to ~/.ssh/config:  ssh raspberrypi"));
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(scene.laptop.text_of(".ssh/config") == config);
}

TEST_CASE("the Pi's ssh port counts where ssh_config says nothing else") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.pi.welcome.ssh_port = 2222;
  SUBCASE("the Pi's") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(contains(scene.laptop.screen(), "ssh -p 2222 pi@raspberrypi.local"));
    CHECK(scene.laptop.text_of(".ssh/known_hosts").starts_with("[raspberrypi.local]:2222 "));
  }
  SUBCASE("ssh_config's") {
    scene.laptop.config += "port 2200\n";
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(scene.laptop.text_of(".ssh/known_hosts").starts_with("[raspberrypi.local]:2200 "));
  }
}

TEST_CASE("a laptop without any key gets one, and is told") {
  EnrolmentScene scene;
  scene.laptop.interactive = false;
  scene.laptop.write("code", scene.pi.code);
  scene.options.code = scene.laptop.path("code");
  SUBCASE("only with a yes where nobody can answer") {
    CHECK(scene.run() == ExitCode::no_input);
    CHECK(scene.laptop.dialer.history().empty());
    CHECK(scene.laptop.text_of(".ssh/id_ed25519").empty());
  }
  SUBCASE("yes") {
    scene.options.yes = true;
    CHECK(scene.run_with_code("") == ExitCode::ok);
    CHECK(contains(scene.laptop.screen(), "No SSH key here: making ~/.ssh/id_ed25519"));
    CHECK(scene.pi.offers.size() == 1);
  }
}

TEST_CASE("a dry run connects to nobody and changes nothing") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.options.dry_run = true;
  scene.options.json = true;
  CHECK(scene.run() == ExitCode::ok);
  CHECK(scene.laptop.dialer.history().empty());
  CHECK(scene.laptop.text_of(".ssh/known_hosts").empty());
  CHECK(contains(scene.laptop.screen(), "connect to raspberrypi.local port 7822"));
  CHECK(contains(scene.laptop.output(), "\"dry_run\":true"));
}
