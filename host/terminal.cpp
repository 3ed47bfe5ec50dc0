// SPDX-License-Identifier: MIT
#include "host/terminal.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "host/printable.hpp"
#include "host/raw_mode.hpp"

namespace latchkey::host {
namespace {

constexpr char kCtrlC = 0x03;
constexpr char kCtrlD = 0x04;
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
  Terminal::Came came;
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

Attempt<bool> Terminal::confirm(std::string_view question, bool preset,
                                std::string_view option) const {
  if (!streams_.interactive) {
    return give_up(Reason::needs_terminal,
                   fmt::format("There is no terminal to ask on: “{}”", question),
                   fmt::format("Answer it with {}.", option));
  }
  for (;;) {
    put(streams_.errors, fmt::format("{} [{}] ", printable(question), preset ? "Y/n" : "y/N"));
    std::string answer;
    const auto came = read_line(streams_.input, -1, answer);
    if (came != Came::text) {
      put(streams_.errors, "\n");
      return give_up(Reason::cancelled, "Cancelled.");
    }
    if (answer.empty()) return preset;
    if (answer == "y" || answer == "Y" || answer == "yes") return true;
    if (answer == "n" || answer == "N" || answer == "no") return false;
  }
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
