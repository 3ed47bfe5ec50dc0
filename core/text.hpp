// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text from the other side that a person will see: it must not be able to move the cursor,
/// start a new line or turn around the direction of writing.
namespace latchkey {

/// Whether `text` is valid UTF-8 (RFC 3629) without control characters (C0, DEL, C1), line and
/// paragraph separators or bidirectional controls.
[[nodiscard]] bool is_printable(std::string_view text) noexcept;

/// `text` with '?' for each byte that is_printable would refuse, cut to `max_bytes` between two
/// characters: what our own side does to a name before it sends it.
[[nodiscard]] std::string make_printable(std::string_view text, std::size_t max_bytes);

}  // namespace latchkey
