// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "core/bytes.hpp"

/// RFC 4648 base64, with padding, on one line.
namespace latchkey::crypto {

[[nodiscard]] std::string to_base64(ByteView bytes);

/// Strict: no white space, right padding, no stray bits behind the last byte, so that each
/// byte string has exactly one text. Errc::malformed otherwise.
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

}  // namespace latchkey::crypto
