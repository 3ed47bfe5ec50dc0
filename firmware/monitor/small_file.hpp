// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.hpp"

/// Files of the state folder that are read and replaced as a whole. All calls block on the disk.
namespace latchkey::monitor {

/// The whole of a regular file. Errc::not_found; Errc::unsupported for a link, a folder, a pipe;
/// Errc::too_large beyond `max` bytes; else the errno of what failed.
[[nodiscard]] Result<std::string> read_small_file(const std::string& path, std::size_t max);

/// Writes beside it ("….new", 0600), syncs, renames, syncs the folder: after a power cut the old
/// file is there or the new one. After an error the old one is.
[[nodiscard]] Result<void> replace_small_file(const std::string& path, std::string_view text);

}  // namespace latchkey::monitor
