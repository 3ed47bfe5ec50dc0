// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace latchkey {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;  ///< never owns

/// The bytes of a text, and the text of bytes, without copying. Both point into the argument.
[[nodiscard]] ByteView as_bytes(std::string_view text) noexcept;
[[nodiscard]] std::string_view as_text(ByteView bytes) noexcept;

[[nodiscard]] Bytes to_bytes(ByteView bytes);

/// Lower-case hexadecimal; from_hex takes both cases and nothing else.
[[nodiscard]] std::string to_hex(ByteView bytes);
[[nodiscard]] Result<Bytes> from_hex(std::string_view hex);

}  // namespace latchkey
