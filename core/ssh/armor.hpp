// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace latchkey::ssh {

inline constexpr std::size_t kMaxArmor = 256UL * 1024;

/// "-----BEGIN label-----", base64 in lines of 70, "-----END label-----", each ended by LF:
/// what OpenSSH writes.
[[nodiscard]] std::string wrap_armor(std::string_view label, ByteView bytes);

/// Takes it off again. The text starts with the BEGIN line; line lengths do not matter, CR LF
/// will do, and only white space may follow the END line. Errc::malformed, Errc::too_large.
[[nodiscard]] Result<Bytes> unwrap_armor(std::string_view label, std::string_view text);

}  // namespace latchkey::ssh
