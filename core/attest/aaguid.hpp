// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace latchkey::attest {

/// Which model an authenticator is of (WebAuthn section 6.5.1); all zero: it does not say.
using Aaguid = std::array<std::uint8_t, 16>;

/// "2fc0579f-8113-47ea-b116-bb5a8db9202a"
[[nodiscard]] std::string format_aaguid(const Aaguid& aaguid);
/// That form alone, in either case; Errc::malformed.
[[nodiscard]] Result<Aaguid> parse_aaguid(std::string_view text);

}  // namespace latchkey::attest
