// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "hal/gpio/linux/gpio_chips.hpp"

namespace latchkey::gpio {

/// Every GPIO chip that has a character device gpiochip<N> in `folder`, by number. Links to one
/// (Raspberry Pi OS has them for programs that know numbers) are not chips of their own.
[[nodiscard]] SeenChips see_chips(const std::string& folder = "/dev");

}  // namespace latchkey::gpio
