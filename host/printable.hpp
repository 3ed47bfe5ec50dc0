// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace latchkey::host {

/// Text from elsewhere, fit for a terminal: control characters and what is not UTF-8 become '?',
/// so that nothing moves the cursor or hides what was written before.
[[nodiscard]] std::string printable(std::string_view text);

/// The same for the output of a program: its last few lines as one, cut to a sentence's length.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace latchkey::host
