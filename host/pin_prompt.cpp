// SPDX-License-Identifier: MIT
#include "host/pin_prompt.hpp"

#include <fmt/format.h>

namespace latchkey::host {
namespace {

std::string tries(int left) {
  return left == 1 ? "1 try left" : fmt::format("{} tries left", left);
}

}  // namespace

Attempt<fido::Pin> PinPrompt::ask() {
  const auto& name = key_.plugged().name;
  if (!terminal_.interactive()) {
    return give_up(Reason::needs_terminal,
                   name + " wants its PIN, and there is no terminal to ask for it on.",
                   "Run the same command in a terminal: a PIN is never an argument.");
  }
  const auto left = key_.pin_tries();
  if (left && *left <= 0) {
    return tl::make_unexpected(
        key_failure({fido::Trouble::pin_blocked, {}, {}, key_.plugged().path, 0}));
  }
  // A key that cannot say how many tries are left can still have a PIN.
  if (!left && left.error().trouble != fido::Trouble::not_supported) {
    return tl::make_unexpected(key_failure(left.error()));
  }
  return terminal_.read_secret(left ? fmt::format("PIN of {} ({}): ", name, tries(*left))
                                    : fmt::format("PIN of {}: ", name));
}

bool PinPrompt::again(const fido::Problem& problem) {
  if (problem.trouble != fido::Trouble::pin_wrong || ++wrong_ >= kWrongAtMost) return false;
  terminal_.warn("That was not its PIN.");
  return true;
}

}  // namespace latchkey::host
