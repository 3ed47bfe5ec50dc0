// SPDX-License-Identifier: MIT
#include "host/terminal.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>
#include <array>
#include <optional>
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
    hang_up();
    ::close(program_);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  void type(std::string_view keys) const {
    REQUIRE(::write(person_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }
  /// Before anybody has asked: there when this returns.
  void type_ahead(std::string_view line) const {
    type(line);
    pollfd polled{program_, POLLIN, 0};
    REQUIRE(::poll(&polled, 1, 10'000) == 1);
  }
  /// What `question` gives when somebody reads `prompt` and types then.
  template <class Question>
  auto answer(std::string_view prompt, std::string_view keys, Question question) const {
    std::thread person([&] {
      (void)screen_up_to(prompt);
      type(keys);
    });
    auto answered = question();
    person.join();
    return answered;
  }
  /// The person's end is gone.
  void hang_up() {
    if (person_ >= 0) ::close(person_);
    person_ = -1;
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
  const auto answer = [&](bool preset, std::string_view keys) {
    return pty.answer(preset ? "Sure? [Y/n] " : "Sure? [y/N] ", keys,
                      [&] { return terminal.confirm("Sure?", preset, "--yes"); });
  };
  CHECK(answer(true, "\n") == true);
  CHECK(answer(false, "\n") == false);
  CHECK(answer(false, "maybe\ny\n") == true);
  CHECK(pty.screen_up_to("Sure? [y/N] ") == "Sure? [y/N] ");  // once more
  CHECK(answer(true, "no\n") == false);
  CHECK(answer(true, "\x04").error().reason == Reason::cancelled);
}

TEST_CASE("what was typed before a question came answers nothing") {
  const Pty pty;
  const auto terminal = pty.terminal();
  pty.type_ahead("\n");
  CHECK(pty.answer("Sure? [Y/n] ", "n\n",
                   [&] { return terminal.confirm("Sure?", true, "--yes"); }) == false);
  pty.type_ahead("1234\n");
  const auto pin = pty.answer("PIN: ", "5678\n", [&] { return terminal.read_secret("PIN: "); });
  CHECK(std::string(pin.value().c_str()) == "5678");
  pty.type_ahead("\n");
  terminal.forget_typed();
  CHECK_FALSE(terminal.enter_came(0));
}

TEST_CASE("the Enter behind a code that ended by itself answers nothing either") {
  const Pty pty;
  const auto terminal = pty.terminal();
  pty.type("12345123\n");
  std::string typed;
  REQUIRE(terminal.read_code(8, -1, typed) == Terminal::Came::text);
  CHECK(pty.answer("Sure? [Y/n] ", "n\n",
                   [&] { return terminal.confirm("Sure?", true, "--yes"); }) == false);
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

TEST_CASE("a PIN is typed unseen, can be corrected, and leaves the terminal as it was") {
  const Pty pty;
  std::optional<Attempt<latchkey::fido::Pin>> pin;
  const auto typed = [&](std::string_view keys) {
    // Typed once the prompt is there: before, the terminal itself would correct it.
    std::thread person([&] {
      (void)pty.screen_up_to("PIN: ");
      pty.type(keys);
    });
    pin = pty.terminal().read_secret("PIN: ");
    person.join();
    CHECK(pty.screen_up_to("\r\n") == "\r\n");  // nothing of it
    CHECK(pty.reads_lines());
    return pin->has_value() ? std::string((*pin)->c_str()) : std::string();
  };
  CHECK(typed("1234\n") == "1234");
  CHECK(typed("ab\x7f\x7fgr\u00fc\u00df\x7f\u00dfe\n") == "gr\u00fc\u00dfe");
  CHECK(typed("\x7f"
              "1234\n") == "1234");
  CHECK(typed("a b c\n") == "a b c");
}

TEST_CASE("no PIN at all is no PIN, and Ctrl-C leaves the terminal as it was") {
  const Pty pty;
  for (const auto* keys : {"\n", "12345\x03"}) {
    const auto pin = pty.answer("PIN: ", keys, [&] { return pty.terminal().read_secret("PIN: "); });
    CHECK(pin.error().reason == Reason::cancelled);
    CHECK(pty.reads_lines());
  }
  const Terminal nobody({-1, -1, -1, false, false});
  CHECK(nobody.read_secret("PIN: ").error().reason == Reason::needs_terminal);
}

TEST_CASE("what is no PIN is asked for again, whatever its length") {
  const Pty pty;
  const auto pin = pty.answer("PIN: ", "123\n" + std::string(300, 'x') + "\n1234\n",
                              [&] { return pty.terminal().read_secret("PIN: "); });
  CHECK(pin.value().bytes().size() == 4);
}

TEST_CASE("where the terminal cannot hide what is typed no PIN is asked for") {
  Pty pty;
  pty.hang_up();
  const auto pin = pty.terminal().read_secret("PIN: ");
  REQUIRE_FALSE(pin.has_value());
  CHECK(pin.error().reason == Reason::needs_terminal);
}

TEST_CASE("a question is given up when what is watched has something to say") {
  const Pty pty;
  int other[2] = {};
  REQUIRE(::pipe(other) == 0);
  REQUIRE(::write(other[1], "x", 1) == 1);
  CHECK(pty.terminal().confirm("Sure?", true, "--yes", other[0]).error().reason ==
        Reason::cancelled);
  ::close(other[0]);
  ::close(other[1]);
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
