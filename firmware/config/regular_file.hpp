// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "core/error.hpp"

namespace latchkey::config {

/// At most `most` bytes of a file and one more, so that who takes them apart sees what is too
/// large. Never waits. Errors: Errc::unsupported (not a regular file), errno.
[[nodiscard]] Result<std::string> read_regular_file(const std::string& path, std::size_t most);

}  // namespace latchkey::config
