// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>

#include "core/channel/token_messages.hpp"

namespace latchkey::channel {

/// Counts the token events of a conversation, at both of its ends, and knows which of them still
/// ask for a PIN. An event may overtake the answer to the one before it: the key was pulled out
/// while its PIN was on the way.
class PinQuestions final {
 public:
  /// False: there were kMaxTokenEvents already, and nothing has changed.
  [[nodiscard]] bool ask(const TokenEvent& event) noexcept;
  /// The number of the last event, if it asks for a PIN that has not been given; else 0.
  [[nodiscard]] std::uint8_t open() const noexcept;
  /// Whether event `number` asked for a PIN that has not been given. Now it has.
  [[nodiscard]] bool answer(std::uint8_t number) noexcept;

 private:
  std::bitset<kMaxTokenEvents + 1> open_;  ///< by number, from 1
  std::uint8_t last_ = 0;
};

}  // namespace latchkey::channel
