// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "hal/fido/pin.hpp"
#include "host/failure.hpp"

/// The one place that talks to a person. Its rules:
///
/// 1. Short lines, what is being spoken of first: "Key    ~/.ssh/id_ed25519  SHA256:…".
/// 2. What happened stands on standard output; questions, warnings and failures on standard
///    error. With --json standard output holds one JSON object, and all else goes to standard
///    error.
/// 3. A question is asked only where somebody can answer: standard input and standard error are
///    terminals. Everywhere else the option that answers it is named, and nothing waits.
/// 4. A failure says what happened and why, then what to do next.
/// 5. The bell rings, and a line is bold, only when somebody has to touch something.
/// 6. Nothing from outside reaches the terminal unfiltered (printable.hpp); no secret does at all.
/// 7. What was typed before a question came does not answer it: the Enter behind a code, say.
/// 8. Colour only on a terminal, never with NO_COLOR or TERM=dumb; no meaning in colour alone.
namespace latchkey::host {

class Terminal final {
 public:
  /// Descriptors, not owned.
  struct Streams {
    int input = 0;
    int lines = 1;
    int errors = 2;
    bool interactive = false;  ///< somebody can answer
    bool colour = false;
  };

  /// The process's own. `lines_to_errors`: rule 2, for --json.
  [[nodiscard]] static Streams standard(bool lines_to_errors) noexcept;

  explicit Terminal(Streams streams) noexcept : streams_(streams) {}

  [[nodiscard]] bool interactive() const noexcept { return streams_.interactive; }

  void field(std::string_view name, std::string_view text) const;  ///< "Key    text"
  void done(std::string_view text) const;                          ///< "✓ text"
  void line(std::string_view text) const;
  void warn(std::string_view text) const;
  void failure(const Failure& failure) const;
  /// Somebody has to touch something now.
  void touch(std::string_view text) const;

  /// "question [Y/n] ". An empty answer is `preset`. Reason::needs_terminal naming `option`
  /// where nobody can answer; Reason::cancelled on Ctrl-C, Ctrl-D and when the descriptor `watched`
  /// is readable (-1: none).
  [[nodiscard]] Attempt<bool> confirm(std::string_view question, bool preset,
                                      std::string_view option, int watched = -1) const;

  /// A PIN, typed without echo and wiped behind it; what no security key could have is asked for
  /// again. `prompt` ends as it shall stand there: "PIN of the key: ". Reason::needs_terminal, also
  /// where the terminal would show it; cancelled on Ctrl-C, Ctrl-D and an empty line, with the
  /// terminal as it was.
  [[nodiscard]] Attempt<fido::Pin> read_secret(std::string_view prompt) const;

  /// Whatever has been typed by now: before enter_came() is what is waited for.
  void forget_typed() const;
  /// Waits at most so many milliseconds for a line, which is forgotten; whether one came, or none
  /// ever will.
  [[nodiscard]] bool enter_came(int milliseconds) const;

  /// What came first while somebody was to write something.
  enum class Came { text, watched, cancelled, ended };

  /// The code prompt: takes digits 1 to 5 as they are typed, ends by itself when `groups` are
  /// there; blanks do nothing, anything else rings. `typed` holds what is there so far and is
  /// gone on with at the next call. Returns Came::watched as soon as the descriptor `watched` is
  /// readable (-1: none).
  [[nodiscard]] Came read_code(std::size_t groups, int watched, std::string& typed) const;

  /// A line from any descriptor, without its end, in the same manner; `typed` grows to at
  /// most 256 bytes. Came::ended at the end of the file where nothing stood before it.
  [[nodiscard]] static Came read_line(int from, int watched, std::string& typed);

 private:
  [[nodiscard]] std::string bold(std::string_view text) const;

  Streams streams_;
};

}  // namespace latchkey::host
