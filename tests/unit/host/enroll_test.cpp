// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "core/channel/statement.hpp"
#include "core/ssh/public_key_line.hpp"
#include "core/ssh/sshsig.hpp"
#include "host/commands.hpp"
#include "host/key_file.hpp"
#include "tests/unit/host/support/laptop.hpp"
#include "tests/unit/host/support/scripted_pi.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// One laptop, one Pi, and a host key that the Pi names.
struct Scene {
  Scene() {
    options.target = "pi@raspberrypi.local";
    options.host_block = false;
    laptop.make_key("pi_host_key");
    const auto key = KeyFile::read(laptop.path(".ssh/pi_host_key")).value();
    host_key = key.key.blob();
    host_key_line = ssh::format_public_key(key.key, "");
    REQUIRE(::rename(laptop.path(".ssh/pi_host_key").c_str(), laptop.path("host_key").c_str()) ==
            0);
    pi.welcome.host_keys = {host_key};
  }

  ExitCode run() { return enroll(options, laptop.context()); }
  ExitCode run_with_code(const std::string& code) {
    pi.answer(laptop.dialer);
    laptop.type(code);
    return run();
  }

  Laptop laptop;
  ScriptedPi pi{laptop.random};
  EnrollOptions options;
  Bytes host_key;
  std::string host_key_line;
};

}  // namespace

TEST_CASE("a plain enrolment ends in a login, and reads like this") {
  Scene scene;
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
  Scene scene;
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
  Scene scene;
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
  Scene scene;
  scene.laptop.make_key();
  scene.pi.outcome.code = channel::ResultCode::already_there;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
  CHECK(contains(scene.laptop.screen(), "✓ key was there already for pi"));
}

TEST_CASE("a misread code is asked for again and spends no guess") {
  Scene scene;
  scene.laptop.make_key();
  CHECK(scene.run_with_code(misread(scene.pi.code) + scene.pi.code) == ExitCode::ok);
  CHECK(scene.pi.guesses == 1);
  CHECK(contains(scene.laptop.screen(), "a group was miscounted; the LED repeats it"));
}

TEST_CASE("three misreads end it before any guess") {
  Scene scene;
  scene.laptop.make_key();
  const auto wrong = misread(scene.pi.code);
  CHECK(scene.run_with_code(wrong + wrong + wrong) == ExitCode::data);
  CHECK(scene.pi.guesses == 0);
  CHECK(contains(scene.laptop.screen(), "misread three times"));
}

TEST_CASE("a wrong code is said with the tries left, and the new one asked for") {
  Scene scene;
  scene.laptop.make_key();
  scene.pi.answer(scene.laptop.dialer);
  CHECK(scene.run_with_code(another_code(scene.pi.code) + scene.pi.code) == ExitCode::ok);
  CHECK(scene.pi.guesses == 2);
  CHECK(contains(scene.laptop.screen(), "The code is wrong; 2 codes are left in this window."));
  CHECK(scene.pi.offers.size() == 1);
}

TEST_CASE("with no tries left nobody is asked again") {
  Scene scene;
  scene.laptop.make_key();
  scene.pi.tries = 0;
  CHECK(scene.run_with_code(another_code(scene.pi.code)) == ExitCode::data);
  CHECK(scene.pi.guesses == 1);
  CHECK(scene.pi.offers.empty());
  CHECK(contains(scene.laptop.screen(), "The code is wrong; no code is left in this window."));
}

TEST_CASE("a script gives the code on standard input") {
  Scene scene;
  scene.laptop.make_key();
  scene.laptop.interactive = false;
  scene.options.code = "-";
  scene.options.json = true;
  scene.pi.answer(scene.laptop.dialer);
  SUBCASE("a right one enrols") {
    scene.laptop.pipe_in(scene.pi.code + "\n");
    CHECK(scene.run() == ExitCode::ok);
    CHECK(scene.pi.guesses == 1);
  }
  SUBCASE("a misread one ends it, without a guess") {
    scene.laptop.pipe_in(misread(scene.pi.code) + "\n");
    CHECK(scene.run() == ExitCode::data);
    CHECK(scene.pi.guesses == 0);
    CHECK(contains(scene.laptop.output(), "\"error\":\"code-misread\""));
  }
  SUBCASE("a wrong one ends it") {
    scene.laptop.pipe_in(another_code(scene.pi.code) + "\n");
    CHECK(scene.run() == ExitCode::data);
    CHECK(scene.pi.guesses == 1);
    CHECK(contains(scene.laptop.output(), "\"error\":\"code-wrong\""));
    CHECK(contains(scene.laptop.output(), "\"tries_left\":2"));
  }
  SUBCASE("an end of input ends it") {
    scene.laptop.end_input();
    CHECK(scene.run() == ExitCode::data);
    CHECK(scene.pi.guesses == 0);
  }
  SUBCASE("a window that closes first is said at once") {
    scene.pi.refuse_after_hello = channel::Refusal{channel::RefusalReason::timed_out, 0};
    CHECK(scene.run() == ExitCode::try_again);
    CHECK(contains(scene.laptop.output(), "\"error\":\"pi-timed-out\""));
  }
}

TEST_CASE("the code may stand in a file, with spaces") {
  Scene scene;
  scene.laptop.make_key();
  scene.laptop.interactive = false;
  std::string spaced;
  for (const char digit : scene.pi.code) spaced += std::string{digit, ' '};
  scene.laptop.write("code", spaced + "\n");
  scene.options.code = scene.laptop.path("code");
  scene.options.json = true;
  scene.pi.answer(scene.laptop.dialer);
  CHECK(scene.run() == ExitCode::ok);
  const auto json = scene.laptop.output();
  CHECK(contains(json, "{\"ok\":true,\"result\":\"added\""));
  CHECK(contains(json, "\"login\":\"ok\""));
  CHECK(contains(json, "\"known_hosts\":\"added\""));
  CHECK(std::ranges::count(json, '\n') == 1);
}

TEST_CASE("a window that closes while the code is read is said at once") {
  Scene scene;
  scene.laptop.make_key();
  scene.pi.refuse_after_hello = channel::Refusal{channel::RefusalReason::window_closed, 0};
  CHECK(scene.run_with_code("1 2") == ExitCode::try_again);
  CHECK(contains(scene.laptop.screen(), "The Pi's window has closed"));
  CHECK(scene.pi.guesses == 0);
}

TEST_CASE("every refusal of the greeting has its sentence and its exit code") {
  using channel::RefusalReason;
  struct Case {
    RefusalReason reason;
    ExitCode exit;
    const char* sentence;
  };
  for (const auto& [reason, exit, sentence] :
       {Case{RefusalReason::version_mismatch, ExitCode::protocol, "no protocol version in common"},
        Case{RefusalReason::busy, ExitCode::try_again, "busy with another computer"},
        Case{RefusalReason::overlap, ExitCode::try_again, "Two computers tried to pair"},
        Case{RefusalReason::too_many_codes, ExitCode::try_again, "Too many wrong codes"},
        Case{RefusalReason::timed_out, ExitCode::try_again, "gave up waiting"},
        Case{RefusalReason::window_closed, ExitCode::try_again, "window has closed"},
        Case{RefusalReason::malformed, ExitCode::protocol, "did not understand"},
        Case{RefusalReason::internal, ExitCode::software, "a fault of its own"}}) {
    Scene scene;
    scene.laptop.make_key();
    scene.pi.refuse_greeting = channel::Refusal{reason, 0};
    CHECK(scene.run_with_code("") == exit);
    CHECK_MESSAGE(contains(scene.laptop.screen(), sentence), scene.laptop.screen());
  }
}

TEST_CASE("every way that does not lead to a Pi has its sentence and its exit code") {
  struct Case {
    Error error;
    ExitCode exit;
    const char* sentence;
  };
  const auto system = [](int number) {
    return Error{std::error_code(number, std::system_category()), "connecting"};
  };
  for (const auto& [error, exit, sentence] :
       {Case{Error{make_error_code(Errc::not_found), ""}, ExitCode::no_host, "has no address"},
        Case{system(ECONNREFUSED), ExitCode::unavailable, "Is the window open? Press the Pi's"},
        Case{Error{make_error_code(Errc::timed_out), ""}, ExitCode::unavailable, "does not answer"},
        Case{system(EHOSTUNREACH), ExitCode::unavailable, "cannot be reached"}}) {
    Scene scene;
    scene.laptop.make_key();
    scene.laptop.dialer.expect_failure(error);
    CHECK(scene.run() == exit);
    CHECK_MESSAGE(contains(scene.laptop.screen(), sentence), scene.laptop.screen());
  }
}

TEST_CASE("a connection that never greets, or greets as something else, is told apart") {
  Scene scene;
  scene.laptop.make_key();
  SUBCASE("never") {
    scene.pi.silent = true;
    CHECK(scene.run_with_code("") == ExitCode::unavailable);
    CHECK(contains(scene.laptop.screen(), "never answered the greeting"));
  }
  SUBCASE("sshd") {
    scene.pi.garbage = true;
    CHECK(scene.run_with_code("") == ExitCode::protocol);
    CHECK(contains(scene.laptop.screen(), "did not speak latchkey's protocol"));
  }
}

TEST_CASE("the Pi's answers that are no success have their sentences and their exit codes") {
  using channel::ResultCode;
  struct Case {
    ResultCode code;
    ExitCode exit;
    const char* sentence;
  };
  for (const auto& [code, exit, sentence] :
       {Case{ResultCode::sshd_would_refuse, ExitCode::no_permission, "sshd would not accept it"},
        Case{ResultCode::expired_line, ExitCode::no_permission, "has expired"},
        Case{ResultCode::key_type_not_allowed, ExitCode::no_permission,
             "refuses keys of this type"},
        Case{ResultCode::account_not_allowed, ExitCode::no_permission, "does not enrol keys for"},
        Case{ResultCode::not_proved, ExitCode::no_permission, "does not accept the proof"},
        Case{ResultCode::file_unsuitable, ExitCode::no_permission, "not a file to write to"},
        Case{ResultCode::not_persistent, ExitCode::no_permission, "survive a reboot"},
        Case{ResultCode::write_failed, ExitCode::try_again, "which is as it was"},
        Case{ResultCode::busy, ExitCode::try_again, "Another program on the Pi"},
        Case{ResultCode::window_closed, ExitCode::try_again, "window closed on the way"},
        Case{ResultCode::not_confirmed, ExitCode::try_again, "confirming press"},
        Case{ResultCode::internal, ExitCode::software, "could not do it"}}) {
    Scene scene;
    scene.laptop.make_key();
    scene.pi.outcome.code = code;
    scene.pi.outcome.text = "the Pi's own words";
    CHECK(scene.run_with_code(scene.pi.code) == exit);
    CHECK_MESSAGE(contains(scene.laptop.screen(), sentence), scene.laptop.screen());
    CHECK(contains(scene.laptop.screen(), "the Pi's own words"));
    CHECK(scene.laptop.text_of(".ssh/known_hosts").empty());
    CHECK(scene.laptop.logins.empty());
  }
}

TEST_CASE("a connection that ends in the middle is no success") {
  Scene scene;
  scene.laptop.make_key();
  scene.pi.hang_up_on_offer = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  CHECK(contains(scene.laptop.screen(), "The connection to the Pi ended"));
}

TEST_CASE("a key type that the Pi refuses gives way to one that it accepts") {
  Scene scene;
  scene.laptop.make_key();
  const auto rsa = scene.laptop.make_key("id_rsa", "rsa");
  scene.pi.welcome.key_types = {"ssh-rsa"};
  SUBCASE("by itself") {
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::ok);
    CHECK(contains(scene.laptop.screen(), "Key    ~/.ssh/id_rsa  " + rsa));
  }
  SUBCASE("but not where the person named one") {
    scene.options.key = "~/.ssh/id_ed25519";
    CHECK(scene.run_with_code(scene.pi.code) == ExitCode::no_permission);
    CHECK(contains(scene.laptop.screen(), "does not accept keys of type ssh-ed25519"));
    CHECK(scene.pi.offers.empty());
  }
}

TEST_CASE("an account that the Pi does not allow is refused before anything is offered") {
  Scene scene;
  scene.laptop.make_key();
  scene.options.target = "root@raspberrypi.local";
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::no_permission);
  CHECK(contains(scene.laptop.screen(), "for the account root. It does for: pi."));
  CHECK(scene.pi.offers.empty());
}

TEST_CASE("without a user name the Pi's first account is meant, unless ssh says another") {
  Scene scene;
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

TEST_CASE("a ProxyJump is refused before anybody is connected to") {
  Scene scene;
  scene.laptop.make_key();
  scene.laptop.config += "proxyjump bastion\n";
  CHECK(scene.run() == ExitCode::configuration);
  CHECK(contains(scene.laptop.screen(), "through another machine (proxyjump bastion)"));
  CHECK(scene.laptop.dialer.history().empty());
}

TEST_CASE("a failed login takes the key out again") {
  Scene scene;
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
  Scene scene;
  scene.laptop.make_key();
  scene.options.yes = true;
  scene.laptop.login = PlayedLogin::another_key;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::login_failed);
  REQUIRE(scene.laptop.logins.size() == 2);
  CHECK(scene.laptop.logins[1].arguments.at(2) == "none");
  CHECK(contains(scene.laptop.screen(), "with another key (SHA256:another)"));
}

TEST_CASE("a stopped sshd is named as such") {
  Scene scene;
  scene.laptop.make_key();
  scene.options.yes = true;
  scene.laptop.login = PlayedLogin::stopped;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::login_failed);
  CHECK(contains(scene.laptop.screen(), "sudo systemctl enable --now ssh"));
}

TEST_CASE("a changed host key is shown, and replaced only on a yes") {
  Scene scene;
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
  Scene scene;
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
  Scene scene;
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
  Scene scene;
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
  Scene scene;
  scene.laptop.make_key();
  scene.options.dry_run = true;
  scene.options.json = true;
  CHECK(scene.run() == ExitCode::ok);
  CHECK(scene.laptop.dialer.history().empty());
  CHECK(scene.laptop.text_of(".ssh/known_hosts").empty());
  CHECK(contains(scene.laptop.screen(), "connect to raspberrypi.local port 7822"));
  CHECK(contains(scene.laptop.output(), "\"dry_run\":true"));
}

TEST_CASE("without terminal and --code nobody is connected to") {
  Scene scene;
  scene.laptop.make_key();
  scene.laptop.interactive = false;
  CHECK(scene.run() == ExitCode::usage);
  CHECK(scene.laptop.dialer.history().empty());
  CHECK(contains(scene.laptop.screen(), "--code FILE"));
}

TEST_CASE("the code never stands in an argument or in an error") {
  Scene scene;
  scene.laptop.make_key();
  const auto wrong = another_code(scene.pi.code);
  scene.pi.tries = 0;
  scene.laptop.interactive = false;
  scene.laptop.write("code", wrong);
  scene.options.code = scene.laptop.path("code");
  scene.options.json = true;
  CHECK(scene.run_with_code("") == ExitCode::data);
  CHECK_FALSE(contains(scene.laptop.screen(), wrong));
  CHECK_FALSE(contains(scene.laptop.output(), wrong));
  for (const auto& command : scene.laptop.programs.history()) {
    for (const auto& argument : command.arguments) CHECK_FALSE(contains(argument, wrong));
  }
}
