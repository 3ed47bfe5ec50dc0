// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <algorithm>

#include "tests/unit/host/support/enrolment_scene.hpp"

using namespace latchkey;
using namespace latchkey::host;
using namespace latchkey::host::test;

TEST_CASE("a misread code is asked for again and spends no guess") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  CHECK(scene.run_with_code(misread(scene.pi.code) + scene.pi.code) == ExitCode::ok);
  CHECK(scene.pi.guesses == 1);
  CHECK(contains(scene.laptop.screen(), "a group was miscounted; the LED repeats it"));
}

TEST_CASE("three misreads end it before any guess") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  const auto wrong = misread(scene.pi.code);
  CHECK(scene.run_with_code(wrong + wrong + wrong) == ExitCode::data);
  CHECK(scene.pi.guesses == 0);
  CHECK(contains(scene.laptop.screen(), "misread three times"));
}

TEST_CASE("a wrong code is said with the tries left, and the new one asked for") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.pi.answer(scene.laptop.dialer);
  CHECK(scene.run_with_code(another_code(scene.pi.code) + scene.pi.code) == ExitCode::ok);
  CHECK(scene.pi.guesses == 2);
  CHECK(contains(scene.laptop.screen(), "The code is wrong; 2 codes are left in this window."));
  CHECK(scene.pi.offers.size() == 1);
}

TEST_CASE("with no tries left nobody is asked again") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.pi.tries = 0;
  CHECK(scene.run_with_code(another_code(scene.pi.code)) == ExitCode::data);
  CHECK(scene.pi.guesses == 1);
  CHECK(scene.pi.offers.empty());
  CHECK(contains(scene.laptop.screen(), "The code is wrong; no code is left in this window."));
}

TEST_CASE("a script gives the code on standard input") {
  EnrolmentScene scene;
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
  EnrolmentScene scene;
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
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.pi.refuse_after_hello = channel::Refusal{channel::RefusalReason::window_closed, 0};
  CHECK(scene.run_with_code("1 2") == ExitCode::try_again);
  CHECK(contains(scene.laptop.screen(), "The Pi's window has closed"));
  CHECK(scene.pi.guesses == 0);
}

TEST_CASE("without terminal and --code nobody is connected to") {
  EnrolmentScene scene;
  scene.laptop.make_key();
  scene.laptop.interactive = false;
  CHECK(scene.run() == ExitCode::usage);
  CHECK(scene.laptop.dialer.history().empty());
  CHECK(contains(scene.laptop.screen(), "--code FILE"));
}

TEST_CASE("the code never stands in an argument or in an error") {
  EnrolmentScene scene;
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
