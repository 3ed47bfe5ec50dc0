// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace latchkey::config {

/// More dots outside strings and comments than any configuration can have: each may nest one
/// table, and toml++ 3.3 takes tables apart recursively, so 64 KiB of dots would end the stack.
inline constexpr std::size_t kMaxDots = 256;

/// The line (from 1) on which a TOML text has its first dot too many; nullopt: it has not.
[[nodiscard]] std::optional<std::size_t> line_of_excess_dots(std::string_view toml) noexcept;

}  // namespace latchkey::config
