// SPDX-License-Identifier: MIT
#include "host/code_entry.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>
#include <utility>

#include "core/crypto/secret.hpp"
#include "host/printable.hpp"

namespace latchkey::host {
namespace {

using Verdict = pairing::CodeEntry::Verdict;

constexpr int kMisreads = 3;

/// What somebody typed: wiped when it is no longer needed.
struct Typed {
  Typed() { text.reserve(512); }  // growing would leave copies behind
  ~Typed() { forget(); }
  Typed(const Typed&) = delete;
  Typed& operator=(const Typed&) = delete;
  Typed(Typed&&) = delete;
  Typed& operator=(Typed&&) = delete;

  void forget() {
    crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    text.clear();
  }

  std::string text;
};

class CodeFile final {
 public:
  explicit CodeFile(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  ~CodeFile() {
    if (number_ >= 0) ::close(number_);
  }
  CodeFile(const CodeFile&) = delete;
  CodeFile& operator=(const CodeFile&) = delete;
  CodeFile(CodeFile&&) = delete;
  CodeFile& operator=(CodeFile&&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

std::string_view explain(Verdict verdict) {
  switch (verdict) {
    case Verdict::incomplete: return "it has too few groups";
    case Verdict::too_long: return "it has too many groups";
    case Verdict::not_digits: return "it holds something else than the digits 1 to 5";
    default: return "the check group does not fit, so a group was miscounted";
  }
}

}  // namespace

Attempt<pairing::BlinkCode> CodeEntry::read(PiConnection& pi) const {
  const auto shape = pairing::shape_with(pi.hello().groups);
  if (!shape) {
    return give_up(Reason::version_mismatch,
                   fmt::format("The Pi blinks a code of {} groups, which this latchkey does not "
                               "know.",
                               pi.hello().groups),
                   "Upgrade latchkey on this computer.");
  }
  // An ending may have come in one piece with hello: then the connection has nothing more to say.
  if (auto looked = pi.look(); !looked) return give_up(std::move(looked));
  if (source_.empty()) return ask(pi, *shape);
  if (source_ == "-") return take(pi, *shape, context_.standard_input);
  const CodeFile file(source_);
  if (file.number() < 0) {
    return give_up(Reason::no_such_file, fmt::format("--code {} cannot be read: {}.", source_,
                                                     std::generic_category().message(errno)));
  }
  return take(pi, *shape, file.number());
}

Attempt<pairing::BlinkCode> CodeEntry::ask(PiConnection& pi, pairing::CodeShape shape) const {
  const auto& terminal = context_.terminal;
  if (!terminal.interactive()) {
    return give_up(Reason::needs_terminal, "There is no terminal to ask for the code on.",
                   "Give it with --code FILE, or with --code - on standard input.");
  }
  Typed typed;
  for (int misreads = 0; misreads < kMisreads;) {
    const auto came = terminal.read_code(pairing::group_count(shape), pi.descriptor(), typed.text);
    if (came == Terminal::Came::watched) {
      if (auto looked = pi.look(); !looked) return give_up(std::move(looked));
      continue;
    }
    if (came != Terminal::Came::text) return give_up(Reason::cancelled, "Cancelled.");
    auto entry = pairing::CodeEntry::read(shape, typed.text);
    typed.forget();
    if (entry.verdict == Verdict::good) return std::move(*entry.code);
    if (++misreads < kMisreads) {
      terminal.warn(
          fmt::format("misread: {}; the LED repeats it, no try is lost", explain(entry.verdict)));
    }
  }
  return give_up(Reason::code_misread, "The code was misread three times; no guess was spent.",
                 "Press the button and try again; `speed = \"slow\"` in the Pi's "
                 "/etc/latchkey/latchkey.toml makes the LED blink more slowly.");
}

Attempt<pairing::BlinkCode> CodeEntry::take(PiConnection& pi, pairing::CodeShape shape,
                                            int from) const {
  Typed typed;
  for (;;) {
    const auto came = Terminal::read_line(from, pi.descriptor(), typed.text);
    if (came == Terminal::Came::text) break;
    if (came != Terminal::Came::watched) {
      return give_up(Reason::code_misread, "--code gave no code.",
                     "Write one line with the digits of the code, as the LED blinks it.");
    }
    if (auto looked = pi.look(); !looked) return give_up(std::move(looked));
  }
  auto entry = pairing::CodeEntry::read(shape, typed.text);
  if (entry.verdict == Verdict::good) return std::move(*entry.code);
  return give_up(Reason::code_misread,
                 fmt::format("The code from --code was misread: {}. No guess was spent.",
                             explain(entry.verdict)),
                 "Run the same command again: the LED then blinks a new code.");
}

Attempt<Paired> pair_with(const Context& context, const CodeEntry& code, const std::string& host,
                          std::uint16_t port) {
  const auto& terminal = context.terminal;
  for (;;) {
    auto pi = PiConnection::open({context.dialer, context.clock, context.random}, host, port,
                                 context.computer);
    if (!pi) return give_up(std::move(pi));
    const auto& hello = pi->hello();
    terminal.field("Pi", fmt::format("{}, window open", hello.name.empty() ? host : hello.name));
    terminal.field("Code", fmt::format("count the blinks: {} groups of 1 to 5, after the long one",
                                       hello.groups));
    auto digits = code.read(*pi);
    if (!digits) return give_up(std::move(digits));
    auto welcome = pi->prove(digits->digits());
    if (welcome) return Paired{std::move(*pi), std::move(*welcome)};

    const auto& failure = welcome.error();
    const bool again =
        failure.reason == Reason::code_wrong && failure.tries_left > 0 && code.can_ask_again();
    if (!again) return give_up(std::move(welcome));
    terminal.warn(failure.what + " The LED now blinks a new one.");
  }
}

}  // namespace latchkey::host
