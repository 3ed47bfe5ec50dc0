// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/ssh/public_key.hpp"

namespace latchkey::ssh {

inline constexpr std::size_t kMaxPublicKeyLine = 32UL * 1024;

/// What a .pub file holds: "type base64 comment".
struct PublicKeyLine {
  PublicKey key;
  std::string comment;  ///< sanitised, may be empty

  /// One line, with or without one line end (LF or CR LF). Refused: a second line, any control
  /// character but a tab, options in front of the key, base64 that is not exact, a type that
  /// differs from the one in the blob. Errc::malformed, trailing_bytes (a second line),
  /// too_large (kMaxPublicKeyLine), and all errors of PublicKey::parse.
  [[nodiscard]] static Result<PublicKeyLine> parse(std::string_view text);

  /// Without a line end. The comment is sanitised again.
  [[nodiscard]] std::string format() const;
};

/// "type base64 comment" of a key; no space at the end where the comment is empty.
[[nodiscard]] std::string format_public_key(const PublicKey& key, std::string_view comment);

}  // namespace latchkey::ssh
