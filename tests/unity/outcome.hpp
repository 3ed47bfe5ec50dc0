// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace latchkey::unity {

/// Where an assertion stands, and the text that its *_MESSAGE variant adds (or null).
struct At {
  constexpr At(const char* in_file, int at_line, const char* saying = nullptr)
      : file(in_file), line(at_line), message(saying) {}
  const char* file;
  int line;
  const char* message;
};

/// What the reporter looks for in a message to tell an ignored test from a remark.
inline constexpr std::string_view kIgnoreTag = "IGNORE";

/// The assertion held: counted among doctest's assertions.
void passed();
/// The assertion did not hold: reported to doctest as `why`, with At's message behind it
/// (". message"), and the test ends here.
[[noreturn]] void failed(const At& at, const std::string& why);
/// The test ends here, neither failed nor passed. doctest counts it among the passed ones.
[[noreturn]] void ignored(const At& at);
/// The test ends here with what it has come to so far; At's message, if any, is shown.
[[noreturn]] void ended(const At& at);
/// A remark; the test goes on.
void remark(const At& at);

/// Calls set_up and test, then tear_down in any case: what RUN_TEST registers.
void run(void (*set_up)(), void (*test)(), void (*tear_down)());

}  // namespace latchkey::unity
