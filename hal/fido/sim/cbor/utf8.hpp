// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

namespace latchkey::fido::sim {

/// How many code points `text` has; nullopt where it is not valid UTF-8 (RFC 3629).
[[nodiscard]] std::optional<std::size_t> count_code_points(std::string_view text) noexcept;

}  // namespace latchkey::fido::sim
