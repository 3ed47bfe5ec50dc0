// SPDX-License-Identifier: MIT
#pragma once

#include "core/pairing/blink_code.hpp"
#include "core/pairing/led.hpp"
#include "firmware/config/config.hpp"

/// The configuration's words in those of core/pairing.
namespace latchkey::monitor {

[[nodiscard]] pairing::CodeShape shape_of(const config::Config& config);
[[nodiscard]] pairing::Speed speed_of(const config::Config& config);

}  // namespace latchkey::monitor
