// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/pairing/blink_code.hpp"
#include "host/context.hpp"
#include "host/pi_connection.hpp"

namespace latchkey::host {

/// How the code gets from the LED to us: typed at the prompt, or read from a file or standard
/// input once the Pi blinks it. While we wait for it the Pi may end the conversation, and that is
/// said at once.
class CodeEntry final {
 public:
  /// `source`: empty for the prompt, "-" for standard input, else a file.
  CodeEntry(const Context& context, std::string source)
      : context_(context), source_(std::move(source)) {}

  /// Whether another code could be asked for after a wrong one.
  [[nodiscard]] bool can_ask_again() const noexcept { return source_.empty(); }

  /// Judged by its check group before any guess is spent: at the prompt a misread is asked for
  /// again, three times in all. Reason::code_misread, needs_terminal, cancelled, no_such_file,
  /// and all that PiConnection::look() says.
  [[nodiscard]] Attempt<pairing::BlinkCode> read(PiConnection& pi) const;

 private:
  [[nodiscard]] Attempt<pairing::BlinkCode> ask(PiConnection& pi, pairing::CodeShape shape) const;
  [[nodiscard]] Attempt<pairing::BlinkCode> take(PiConnection& pi, pairing::CodeShape shape,
                                                 int from) const;

  const Context& context_;
  std::string source_;
};

/// Connects, shows who answers, gets the code and proves it; after a wrong code at the prompt
/// connects again for the new one, for as long as the Pi gives codes.
struct Paired {
  PiConnection connection;
  channel::Welcome welcome;
};
[[nodiscard]] Attempt<Paired> pair_with(const Context& context, const CodeEntry& code,
                                        const std::string& host, std::uint16_t port);

}  // namespace latchkey::host
