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
  if (auto set = led_.set(level.on); !set) return fail(std::move(set));
  if (!level.next_change) return std::nullopt;
  return start_ + *level.next_change;
}

}  // namespace latchkey::monitor
