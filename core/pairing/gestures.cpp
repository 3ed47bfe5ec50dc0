// SPDX-License-Identifier: MIT
#include "core/pairing/gestures.hpp"

#include <algorithm>

namespace latchkey::pairing {

GestureRecognizer::GestureRecognizer(Instant start, bool pressed, GestureTimes times) noexcept
    : times_(times),
      now_(start),
      raw_(pressed),
      raw_since_(start),
      down_(pressed),
      down_since_(start),
      spent_(pressed) {}

std::optional<Gesture> GestureRecognizer::feed(const ButtonEdge& edge) noexcept {
  if (edge.after_loss) {
    now_ = std::max(now_, edge.at);
    raw_ = edge.pressed;
    raw_since_ = now_;
    return std::nullopt;
  }
  const auto before = advance(edge.at);
  // A doublet restarts nothing but the wait for a level to stand still.
  if (edge.pressed != raw_ || raw_ != down_) raw_since_ = now_;
  raw_ = edge.pressed;
  // The edge may have ended a glitch during which the hold came due.
  const auto after = advance(now_);
  return before ? before : after;
}

std::optional<Gesture> GestureRecognizer::advance(Instant now) noexcept {
  now_ = std::max(now_, now);
  if (raw_ != down_ && now_ - raw_since_ >= times_.debounce) {
    const Millis lasted = raw_since_ - down_since_;
    const bool released = down_;
    const bool yields = released && !spent_ && lasted < times_.short_limit;
    down_ = raw_;
    down_since_ = raw_since_;
    spent_ = false;
    if (yields) return Gesture::short_press;
  }
  // While the raw level says released, it may turn out to be: then it was no hold.
  if (down_ && raw_ && !spent_ && now_ - down_since_ >= times_.hold) {
    spent_ = true;
    return Gesture::hold;
  }
  return std::nullopt;
}

std::optional<Instant> GestureRecognizer::next_deadline() const noexcept {
  if (raw_ != down_) return raw_since_ + times_.debounce;
  if (down_ && !spent_) return down_since_ + times_.hold;
  return std::nullopt;
}

}  // namespace latchkey::pairing
