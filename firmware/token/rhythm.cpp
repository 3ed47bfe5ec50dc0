// SPDX-License-Identifier: MIT
#include "firmware/token/rhythm.hpp"

namespace latchkey::token {

Millis Rhythm::after_look() noexcept {
  if (looks_ >= pace_.quick_looks + pace_.slow_looks) return pace_.calm;
  return looks_++ < pace_.quick_looks ? pace_.quick : pace_.slow;
}

}  // namespace latchkey::token
