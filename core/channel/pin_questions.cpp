// SPDX-License-Identifier: MIT
#include "core/channel/pin_questions.hpp"

namespace latchkey::channel {

bool PinQuestions::ask(const TokenEvent& event) noexcept {
  if (last_ == kMaxTokenEvents) return false;
  ++last_;
  open_[last_] = event.news == TokenNews::pin_wanted || event.news == TokenNews::pin_wrong;
  return true;
}

std::uint8_t PinQuestions::open() const noexcept { return open_[last_] ? last_ : std::uint8_t{0}; }

bool PinQuestions::answer(std::uint8_t number) noexcept {
  if (number > last_ || !open_[number]) return false;
  open_[number] = false;
  return true;
}

}  // namespace latchkey::channel
