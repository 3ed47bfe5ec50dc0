// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <functional>
#include <utility>

#include "core/crypto/random.hpp"
#include "host/context.hpp"

namespace latchkey::host::test {

/// Randomness during which somebody presses Ctrl-C, once it is time: whoever writes a private file
/// asks for some just before.
class InterruptingRandom final : public crypto::Random {
 public:
  explicit InterruptingRandom(std::function<bool()> time) : time_(std::move(time)) {}

  [[nodiscard]] Result<void> fill(std::span<std::uint8_t> bytes) override {
    if (time_()) {
      ++presses;
      ::raise(SIGINT);
    }
    return real_.fill(bytes);
  }
  /// The same surroundings, with this in place of their randomness.
  [[nodiscard]] Context in(const Context& context) {
    return {context.home,           context.computer, context.runner,
            context.dialer,         context.clock,    *this,
            context.security_keys,  context.terminal, context.standard_input,
            context.standard_output};
  }

  int presses = 0;

 private:
  std::function<bool()> time_;
  crypto::SystemRandom real_;
};

}  // namespace latchkey::host::test
