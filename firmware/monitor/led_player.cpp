// SPDX-License-Identifier: MIT
#include "firmware/monitor/led_player.hpp"

#include <utility>

namespace latchkey::monitor {

void LedPlayer::play(pairing::LedProgram program, Instant now) {
  program_ = std::move(program);
  start_ = now;
}

Result<std::optional<Instant>> LedPlayer::advance(Instant now) {
  const auto level = pairing::level_at(program_, now - start_);
  if (auto set = led_.set(level.on); !set) {
    fails_ = true;
    return fail(std::move(set));
  }
  // Setting what is set succeeds, whatever has become of the LED.
  if (std::exchange(lit_, level.on) != level.on) fails_ = false;
  if (!level.next_change) return std::nullopt;
  return start_ + *level.next_change;
}

}  // namespace latchkey::monitor
