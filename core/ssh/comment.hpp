// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey::ssh {

inline constexpr std::size_t kMaxComment = 128;  ///< bytes

/// A comment that may be shown on a terminal and written into a file of lines. Valid UTF-8 is
/// kept; control characters (C0, DEL, C1), line and paragraph separators, characters that
/// are invisible or turn the direction of the text, and each byte that is not UTF-8 become
/// '?'. Spaces at both ends go; cut to kMaxComment bytes, never inside a character.
[[nodiscard]] std::string sanitize_comment(std::string_view comment);

}  // namespace latchkey::ssh
