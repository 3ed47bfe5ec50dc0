// SPDX-License-Identifier: MIT
#include "host/terminal.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>
#include <array>
#include <string>
#include <thread>

#include "host/printable.hpp"

using namespace latchkey::host;

namespace {

/// A terminal with a person at the other end.
class Pty {
 public:
  Pty() {
    REQUIRE(::openpty(&person_, &program_, nullptr, nullptr, nullptr) == 0);
    termios quiet{};
    REQUIRE(::tcgetattr(program_, &quiet) == 0);
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);  // what was typed ahead is not on the screen
    REQUIRE(::tcsetattr(program_, TCSANOW, &quiet) == 0);
  }
  ~Pty() {
    ::close(person_);
    ::close(program_);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  void type(std::string_view keys) const {
    REQUIRE(::write(person_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }
  /// What is on the screen, up to and with `last`: a terminal hands it over in pieces of its own.
  [[nodiscard]] std::string screen_up_to(std::string_view last) const {
    std::string text;
    while (text.find(last) == std::string::npos) {
      pollfd polled{person_, POLLIN, 0};
      REQUIRE_MESSAGE(::poll(&polled, 1, 10'000) == 1, text);
      std::array<char, 4096> piece{};
      const auto got = ::read(person_, piece.data(), piece.size());
      REQUIRE(got > 0);
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
  }
  [[nodiscard]] Terminal terminal(bool colour = false) const {
    return Terminal({program_, program_, program_, true, colour});
  }
  [[nodiscard]] bool reads_lines() const {
    termios now{};
    REQUIRE(::tcgetattr(program_, &now) == 0);
    return (now.c_lflag & ICANON) != 0;
  }

 private:
  int person_ = -1;
  int program_ = -1;
};

}  // namespace

TEST_CASE("digits are taken as they are typed, and the eighth ends the code") {
  const Pty pty;
  pty.type("24 1x-65\n3312");  // no line end behind the last
  std::string typed;
  CHECK(pty.terminal().read_code(8, -1, typed) == Terminal::Came::text);
  CHECK(typed == "24153312");
  CHECK(pty.screen_up_to("\r\n") == "     > 2 4 1 \a\a5 3 3 1 2 \r\n");  // bells for x and 6
  CHECK(pty.reads_lines());
}

TEST_CASE("a digit can be taken back") {
  const Pty pty;
  pty.type(
      "12\x7f\x7f\x7f"
      "345");
  std::string typed;
  CHECK(pty.terminal().read_code(3, -1, typed) == Terminal::Came::text);
  CHECK(typed == "345");
}

TEST_CASE("Ctrl-C ends the question and leaves the terminal as it was") {
  const Pty pty;
  std::string typed;
  // Typed once the prompt is there: before, the terminal itself would act on it.
  std::thread person([&pty] {
    (void)pty.screen_up_to("     > ");
    pty.type("12\x03");
  });
  CHECK(pty.terminal().read_code(8, -1, typed) == Terminal::Came::cancelled);
  person.join();
  CHECK(typed == "12");
  CHECK(pty.reads_lines());
}

TEST_CASE("what the other side says comes before what was typed") {
  const Pty pty;
  pty.type("11111111");
  int other[2] = {};
  REQUIRE(::pipe(other) == 0);
  REQUIRE(::write(other[1], "x", 1) == 1);
  std::string typed;
  CHECK(pty.terminal().read_code(8, other[0], typed) == Terminal::Came::watched);
  CHECK(typed.empty());
  CHECK(pty.terminal().read_code(8, -1, typed) == Terminal::Came::text);
  CHECK(typed == "11111111");
  ::close(other[0]);
  ::close(other[1]);
}

TEST_CASE("a question takes yes, no and nothing, and asks again for the rest") {
  const Pty pty;
  const auto terminal = pty.terminal();
  pty.type("\n");
  CHECK(terminal.confirm("Sure?", true, "--yes") == true);
  pty.type("\n");
  CHECK(terminal.confirm("Sure?", false, "--yes") == false);
  pty.type("maybe\ny\n");
  CHECK(terminal.confirm("Sure?", false, "--yes") == true);
  pty.type("no\n");
  CHECK(terminal.confirm("Sure?", true, "--yes") == false);
  CHECK(pty.screen_up_to("Sure? [y/N] ").starts_with("Sure? [Y/n] Sure? [y/N] "));
  pty.type("\x04");
  CHECK(terminal.confirm("Sure?", true, "--yes").error().reason == Reason::cancelled);
}

TEST_CASE("where nobody can answer, the option is named and nothing waits") {
  const Terminal terminal({-1, -1, -1, false, false});
  const auto answer = terminal.confirm("Sure?", true, "--yes");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().reason == Reason::needs_terminal);
  CHECK(answer.error().next.find("--yes") != std::string::npos);
}

TEST_CASE("the bell rings only for a touch, and only on a terminal with colour") {
  const Pty pty;
  pty.terminal().done("ok");
  CHECK(pty.screen_up_to("\n") == "✓ ok\r\n");
  pty.terminal().touch("Touch it.");
  CHECK(pty.screen_up_to("\n") == "Touch it.\r\n");
  pty.terminal(true).touch("Touch it.");
  CHECK(pty.screen_up_to("\n") == "\a\033[1mTouch it.\033[0m\r\n");
}

TEST_CASE("nothing from outside moves the cursor") {
  CHECK(printable("a\033[2Jb\r\n\x7f") == "a?[2Jb???");
  CHECK(printable("Grüße ✓") == "Grüße ✓");
  CHECK(printable("\xff\xc2") == "??");
  CHECK(printable("  two  blanks ") == "  two  blanks ");
  CHECK(one_line("a\nb\r\n\n") == "a b");
  CHECK(one_line(std::string(5000, 'x')).size() < 500);
}

TEST_CASE("a line is read up to its end, in pieces, and never beyond its bound") {
  int pipe[2] = {};
  REQUIRE(::pipe(pipe) == 0);
  std::string typed;
  REQUIRE(::write(pipe[1], "12\r\nrest", 8) == 8);
  CHECK(Terminal::read_line(pipe[0], -1, typed) == Terminal::Came::text);
  CHECK(typed == "12");
  typed.clear();
  ::close(pipe[1]);
  CHECK(Terminal::read_line(pipe[0], -1, typed) == Terminal::Came::text);
  CHECK(typed == "rest");
  typed.clear();
  CHECK(Terminal::read_line(pipe[0], -1, typed) == Terminal::Came::ended);
  ::close(pipe[0]);
  REQUIRE(::pipe(pipe) == 0);
  const std::string much(1000, '1');
  REQUIRE(::write(pipe[1], much.data(), much.size()) == 1000);
  CHECK(Terminal::read_line(pipe[0], -1, typed) == Terminal::Came::text);
  CHECK(typed.size() == 256);
  ::close(pipe[0]);
  ::close(pipe[1]);
}
