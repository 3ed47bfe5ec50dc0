// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <cerrno>

#include "tests/unit/host/support/enrolment_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

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
        Case{RefusalReason::overlap, ExitCode::try_again, "two security keys were plugged"},
        Case{RefusalReason::key_in_pi, ExitCode::try_again, "the Pi enrols that one, not this"},
        Case{RefusalReason::too_many_codes, ExitCode::try_again, "Too many wrong codes"},
        Case{RefusalReason::timed_out, ExitCode::try_again, "gave up waiting"},
        Case{RefusalReason::window_closed, ExitCode::try_again, "window has closed"},
        Case{RefusalReason::malformed, ExitCode::protocol, "did not understand"},
        Case{RefusalReason::internal, ExitCode::software, "a fault of its own"}}) {
    EnrolmentScene scene;
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
    EnrolmentScene scene;
    scene.laptop.make_key();
    scene.laptop.dialer.expect_failure(error);
    CHECK(scene.run() == exit);
    CHECK_MESSAGE(contains(scene.laptop.screen(), sentence), scene.laptop.screen());
  }
}

TEST_CASE("a connection that never greets, or greets as something else, is told apart") {
  EnrolmentScene scene;
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
    EnrolmentScene scene;
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
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.pi.hang_up_on_offer = true;
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::try_again);
  CHECK(contains(scene.laptop.screen(), "The connection to the Pi ended"));
}

TEST_CASE("a key type that the Pi refuses gives way to one that it accepts") {
  EnrolmentScene scene;
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
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.options.target = "root@raspberrypi.local";
  CHECK(scene.run_with_code(scene.pi.code) == ExitCode::no_permission);
  CHECK(contains(scene.laptop.screen(), "for the account root. It does for: pi."));
  CHECK(scene.pi.offers.empty());
}

TEST_CASE("a ProxyJump is refused before anybody is connected to") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.laptop.config += "proxyjump bastion\n";
  CHECK(scene.run() == ExitCode::configuration);
  CHECK(contains(scene.laptop.screen(), "through another machine (proxyjump bastion)"));
  CHECK(scene.laptop.dialer.history().empty());
}
