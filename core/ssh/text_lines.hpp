// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"

/// Files of lines that belong to somebody else: all bytes are kept but those asked for.
namespace latchkey::ssh {

inline constexpr std::size_t kMaxTextFile = 16UL * 1024 * 1024;  ///< bytes
inline constexpr std::size_t kMaxTextLines = 256UL * 1024;

/// Errc::too_large beyond either bound.
[[nodiscard]] Result<void> check_text_size(ByteView text, std::string_view doing);

/// Each line with its ending; together they are the whole text. Points into `text`.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// `old` verbatim, LF where its last line has no ending, `line`, LF. `line` holds no line end.
[[nodiscard]] Bytes append_line(ByteView old, std::string_view line);

/// `old` without the last of the lines that consist of exactly `line`, ended by LF or by the
/// end of the file; all else verbatim. Errc::not_found when there is none.
[[nodiscard]] Result<Bytes> remove_line(ByteView old, std::string_view line);

}  // namespace latchkey::ssh
