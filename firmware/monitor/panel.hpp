// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "firmware/board/board.hpp"
#include "hal/clock/clock.hpp"
#include "hal/gpio/button.hpp"
#include "hal/gpio/status_led.hpp"

namespace latchkey::monitor {

/// What a person at the Pi touches and sees.
struct Panel {
  std::shared_ptr<gpio::Button> button;
  std::shared_ptr<gpio::StatusLed> led;
};

// `clock` and `alarm`, used by nobody else, must outlive the panel.

/// The simulated board in `folder`. Errors: those of gpio::SimBoard::open().
[[nodiscard]] Result<Panel> open_simulated_panel(const std::string& folder,
                                                 const clock::Clock& clock, clock::Alarm& alarm);

/// The board's lines. `led_memory` is for gpio::open_sysfs_led(). Errors: those of
/// hal/gpio/linux/gpio_lines.hpp.
[[nodiscard]] Result<Panel> open_panel(const board::Board& board, const clock::Clock& clock,
                                       clock::Alarm& alarm, const std::string& led_memory);

}  // namespace latchkey::monitor
