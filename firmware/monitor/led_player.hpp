// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/pairing/led.hpp"
#include "hal/gpio/status_led.hpp"

namespace latchkey::monitor {

/// Plays LED programs on deadlines counted from their start, so that nothing drifts, and wants to
/// be woken only for a change.
class LedPlayer final {
 public:
  /// `led` must outlive this.
  explicit LedPlayer(gpio::StatusLed& led) noexcept : led_(led) {}

  /// Starts a program at `now`; call advance() next.
  void play(pairing::LedProgram program, Instant now);
  /// Sets the LED to what it shall be at `now`; returns when the next change is due, if ever.
  [[nodiscard]] Result<std::optional<Instant>> advance(Instant now);
  /// Whether it could not be set, and has not changed since.
  [[nodiscard]] bool fails() const noexcept { return fails_; }

 private:
  gpio::StatusLed& led_;
  pairing::LedProgram program_;
  Instant start_{};
  bool lit_ = false;
  bool fails_ = false;
};

}  // namespace latchkey::monitor
