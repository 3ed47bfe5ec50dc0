// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/error.hpp"

namespace latchkey {

/// An error for people, without its full stop. What begins with what was being done ("reading X",
/// "running X as Y, …") needs the code to say what went wrong, and is message(). Anything else
/// ("there is no X; …", "X is in use by Y; …") is a whole sentence, and its code would be a tail
/// that says it again or means nothing.
[[nodiscard]] std::string sentence(const Error& error);

}  // namespace latchkey
