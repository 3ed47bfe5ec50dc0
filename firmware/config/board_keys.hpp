// SPDX-License-Identifier: MIT
#pragma once

#include "firmware/config/board_values.hpp"
#include "firmware/config/toml_values.hpp"

namespace latchkey::config {

/// The table [board] of latchkey.toml.
void read_board_choice(const Value& value, BoardChoice& into);

}  // namespace latchkey::config
