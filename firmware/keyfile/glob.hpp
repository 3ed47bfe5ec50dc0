// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace latchkey::keyfile {

/// sshd's patterns (ssh_config(5)): * for any characters, ? for one, all else for itself. In
/// time proportional to the product of both lengths, whatever the pattern.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

}  // namespace latchkey::keyfile
