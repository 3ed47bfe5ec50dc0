// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "core/ssh/public_key.hpp"

/// How OpenSSH's text files hang together: words with spaces and tabs between them.
namespace latchkey::ssh {

/// Drops spaces and tabs at the front.
void skip_spaces(std::string_view& text) noexcept;

/// Takes the first word, and the spaces behind it, off the front.
[[nodiscard]] std::string_view cut_word(std::string_view& text) noexcept;

/// Takes "type base64", and the spaces behind it, off the front, as OpenSSH's sshkey_read does
/// (line ends and the like inside the base64 do not count). Leaves `text` alone when there is
/// no key that PublicKey::parse takes, or one whose blob names another type.
[[nodiscard]] std::optional<PublicKey> cut_key(std::string_view& text);

/// What C reads of a line: nothing behind a NUL; without the line end.
[[nodiscard]] std::string_view line_text(std::string_view raw) noexcept;

}  // namespace latchkey::ssh
