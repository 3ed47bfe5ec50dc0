// SPDX-License-Identifier: MIT
#include "host/terminal.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "core/crypto/secret.hpp"
#include "host/printable.hpp"
#include "host/raw_mode.hpp"

namespace latchkey::host {
namespace {

constexpr char kCtrlC = 0x03;
constexpr char kCtrlD = 0x04;
constexpr char kCtrlU = 0x15;
constexpr char kBackspace = 0x08;
constexpr char kDelete = 0x7f;
constexpr std::size_t kMaxLine = 256;

// Whole or not at all matters to nobody here: a terminal that is gone cannot be told so.
void put(int to, std::string_view text) {
  while (!text.empty()) {
    const auto wrote = ::write(to, text.data(), text.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

struct Key {
  Terminal::Came came = Terminal::Came::ended;
  char key = 0;
};

/// One byte, unless the watched descriptor is readable first.
Key next_key(int from, int watched) {
  for (;;) {
    std::array<pollfd, 2> polled{{{from, POLLIN, 0}, {watched, POLLIN, 0}}};
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return {Terminal::Came::ended};
    }
    // What the other side says comes first: it may make typing pointless.
    if (polled[1].revents != 0) return {Terminal::Came::watched};
    if (polled[0].revents == 0) continue;
    char key = 0;
    const auto got = ::read(from, &key, 1);
    if (got == 1) return {Terminal::Came::text, key};
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return {Terminal::Came::ended};
  }
}

}  // namespace

Terminal::Streams Terminal::standard(bool lines_to_errors) noexcept {
  Streams streams;
  streams.lines = lines_to_errors ? STDERR_FILENO : STDOUT_FILENO;
  streams.interactive = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const kind = std::getenv("TERM");
  // NOLINTEND(concurrency-mt-unsafe)
  streams.colour = ::isatty(STDERR_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0') &&
                   kind != nullptr && std::string_view(kind) != "dumb";
  return streams;
}

std::string Terminal::bold(std::string_view text) const {
  const auto clean = printable(text);
  return streams_.colour ? "\033[1m" + clean + "\033[0m" : clean;
}

void Terminal::field(std::string_view name, std::string_view text) const {
  put(streams_.lines, fmt::format("{:<6} {}\n", name, printable(text)));
}
void Terminal::done(std::string_view text) const {
  put(streams_.lines, fmt::format("✓ {}\n", printable(text)));
}
void Terminal::line(std::string_view text) const { put(streams_.lines, printable(text) + "\n"); }
void Terminal::warn(std::string_view text) const {
  put(streams_.errors, "! " + printable(text) + "\n");
}
void Terminal::touch(std::string_view text) const {
  put(streams_.errors, (streams_.colour ? "\a" : "") + bold(text) + "\n");
}

void Terminal::failure(const Failure& failure) const {
  put(streams_.errors, "✗ " + printable(failure.what) + "\n");
  if (!failure.next.empty()) put(streams_.errors, "  " + printable(failure.next) + "\n");
}

Attempt<bool> Terminal::confirm(std::string_view question, bool preset, std::string_view option,
                                int watched) const {
  if (!streams_.interactive) {
    return give_up(Reason::needs_terminal,
                   fmt::format("There is no terminal to ask on: “{}”", question),
                   fmt::format("Answer it with {}.", option));
  }
  forget_typed();
  for (;;) {
    put(streams_.errors, fmt::format("{} [{}] ", printable(question), preset ? "Y/n" : "y/N"));
    std::string answer;
    const auto came = read_line(streams_.input, watched, answer);
    if (came != Came::text) {
      put(streams_.errors, "\n");
      return give_up(Reason::cancelled, "Cancelled.");
    }
    if (answer.empty()) return preset;
    if (answer == "y" || answer == "Y" || answer == "yes") return true;
    if (answer == "n" || answer == "N" || answer == "no") return false;
  }
}

namespace {

/// What is being typed where nobody shall see it, wiped at the end.
class Hidden final {
 public:
  /// True at the end of the line. What is too long stays too long.
  bool take(char key) {
    if (key == '\n' || key == '\r') return true;
    if (key == kCtrlU) {
      size_ = 0;
    } else if (key == kDelete || key == kBackspace) {
      take_back();
    } else if (size_ < kMaxLine) {
      bytes_.bytes()[size_++] = static_cast<std::uint8_t>(key);
    }
    return false;
  }
  [[nodiscard]] std::string_view text() const noexcept {
    return as_text(ByteView(bytes_.bytes()).first(size_));
  }

 private:
  /// A whole character of UTF-8.
  void take_back() noexcept {
    constexpr std::uint8_t kMask = 0xC0;
    constexpr std::uint8_t kContinues = 0x80;
    while (size_ > 0 && (bytes_.bytes()[--size_] & kMask) == kContinues) {
    }
  }

  crypto::Secret<kMaxLine> bytes_;
  std::size_t size_ = 0;
};

}  // namespace

Attempt<fido::Pin> Terminal::read_secret(std::string_view prompt) const {
  if (!streams_.interactive) {
    return give_up(Reason::needs_terminal, "There is no terminal to ask for a PIN on.",
                   "Run the same command in a terminal: a PIN is never an argument.");
  }
  const RawMode raw(streams_.input);
  if (raw.failed()) {
    return give_up(Reason::needs_terminal,
                   "This terminal would show the PIN, so none is asked for.",
                   "Run the same command in another terminal.");
  }
  forget_typed();
  for (;;) {
    put(streams_.errors, printable(prompt));
    Hidden typed;
    auto next = next_key(streams_.input, -1);
    while (next.came == Came::text && next.key != kCtrlC && next.key != kCtrlD &&
           !typed.take(next.key)) {
      next = next_key(streams_.input, -1);
    }
    const bool ended = next.came == Came::text && next.key != kCtrlC && next.key != kCtrlD;
    put(streams_.errors, "\n");
    if (!ended || typed.text().empty()) return give_up(Reason::cancelled, "Cancelled.");
    if (auto pin = fido::Pin::from(typed.text())) return std::move(*pin);
    warn("No PIN is like that: it has 4 characters at least, and 63 bytes at most.");
  }
}

void Terminal::forget_typed() const { ::tcflush(streams_.input, TCIFLUSH); }

bool Terminal::enter_came(int milliseconds) const {
  pollfd polled{streams_.input, POLLIN, 0};
  if (::poll(&polled, 1, milliseconds) <= 0) return false;
  std::string forgotten;
  (void)read_line(streams_.input, -1, forgotten);
  return true;
}

Terminal::Came Terminal::read_code(std::size_t groups, int watched, std::string& typed) const {
  const RawMode raw(streams_.input);
  put(streams_.errors, "     > ");
  for (const char digit : typed) put(streams_.errors, std::string{digit, ' '});
  for (;;) {
    const auto next = next_key(streams_.input, watched);
    if (next.came != Came::text) {
      put(streams_.errors, "\n");
      return next.came;
    }
    const char key = next.key;
    if (key >= '1' && key <= '5') {
      typed += key;
      put(streams_.errors, std::string{key, ' '});
    } else if ((key == kDelete || key == kBackspace) && !typed.empty()) {
      typed.pop_back();
      put(streams_.errors, "\b\b  \b\b");
    } else if (key == kCtrlC || key == kCtrlD) {
      put(streams_.errors, "\n");
      return Came::cancelled;
    } else if (key != ' ' && key != '\t' && key != '-' && key != '\n' && key != '\r') {
      put(streams_.errors, "\a");
    }
    if (typed.size() == groups) {
      put(streams_.errors, "\n");
      return Came::text;
    }
  }
}

Terminal::Came Terminal::read_line(int from, int watched, std::string& typed) {
  for (;;) {
    const auto next = next_key(from, watched);
    if (next.came == Came::ended && !typed.empty()) return Came::text;
    if (next.came != Came::text) return next.came;
    if (next.key == '\n') {
      if (typed.ends_with('\r')) typed.pop_back();
      return Came::text;
    }
    if (typed.size() == kMaxLine) return Came::text;  // the reader of it says too long
    typed += next.key;
  }
}

}  // namespace latchkey::host
