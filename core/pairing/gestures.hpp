// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.hpp"

/// What a person does with the one button, made from its raw edges.
namespace latchkey::pairing {

/// A raw edge with the kernel's time stamp: bounces, noise and doublets included.
struct ButtonEdge {
  Instant at{};
  bool pressed = false;
  /// Edges before it were lost: the level that was told last may not have stood until now.
  bool after_loss = false;
};

enum class Gesture : std::uint8_t {
  short_press,  ///< pressed and released, both seen after start, for less than 1.5 s
  hold,         ///< down for 3 s; told once, while it is still down
};

struct GestureTimes {
  Millis debounce{30};       ///< a level counts when it has stood for so long
  Millis short_limit{1500};  ///< a short press is shorter
  Millis hold{3000};
};

/// Pure: told every edge and, at next_deadline(), the time. A button held at start, or stuck,
/// yields nothing until it was really let go and pressed again. Time that goes backwards is
/// taken as standing still. After a loss the wait for a level to stand still begins anew, and no
/// verdict is passed on the time before.
class GestureRecognizer final {
 public:
  /// `pressed`: what the line reads at `start`.
  GestureRecognizer(Instant start, bool pressed, GestureTimes times = {}) noexcept;

  [[nodiscard]] std::optional<Gesture> feed(const ButtonEdge& edge) noexcept;
  [[nodiscard]] std::optional<Gesture> advance(Instant now) noexcept;
  /// When advance() has to be called, if no edge comes before; none: nothing is pending.
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept;

 private:
  GestureTimes times_;
  Instant now_;
  bool raw_;           // the last edge's level
  Instant raw_since_;  // and when it came
  bool down_;          // the debounced level
  Instant down_since_;
  bool spent_;  // this press has yielded its gesture, or never will
};

}  // namespace latchkey::pairing
