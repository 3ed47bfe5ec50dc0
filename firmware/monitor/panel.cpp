// SPDX-License-Identifier: MIT
#include "firmware/monitor/panel.hpp"

#include <utility>

#include "hal/gpio/linux/gpio_lines.hpp"
#include "hal/gpio/sim/sim_board.hpp"

namespace latchkey::monitor {
namespace {

Result<std::unique_ptr<gpio::StatusLed>> open_board_led(const gpio::LedLine& line,
                                                        const std::string& /*memory*/) {
  return gpio::open_led(line);
}

Result<std::unique_ptr<gpio::StatusLed>> open_board_led(const gpio::SysfsLedName& name,
                                                        const std::string& memory) {
  return gpio::open_sysfs_led(name, memory);
}

}  // namespace

Result<Panel> open_simulated_panel(const std::string& folder, const clock::Clock& clock,
                                   clock::Alarm& alarm) {
  auto opened = gpio::SimBoard::open(folder, clock, alarm);
  if (!opened) return fail(std::move(opened));
  const auto board = std::make_shared<gpio::SimBoard>(std::move(*opened));
  return Panel{{board, &board->button()}, {board, &board->led()}};
}

Result<Panel> open_panel(const board::Board& board, const clock::Clock& clock, clock::Alarm& alarm,
                         const std::string& led_memory) {
  auto button = gpio::open_button(board.button, clock, alarm);
  if (!button) return fail(std::move(button));
  auto led =
      std::visit([&](const auto& wanted) { return open_board_led(wanted, led_memory); }, board.led);
  if (!led) return fail(std::move(led));
  return Panel{std::move(*button), std::move(*led)};
}

}  // namespace latchkey::monitor
