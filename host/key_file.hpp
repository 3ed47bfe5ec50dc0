// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "core/ssh/public_key_line.hpp"

namespace latchkey::host {

/// What a private key file on disk tells without its passphrase.
struct KeyFile {
  ssh::PublicKey key;
  std::string comment;  ///< from the .pub beside it, if that is of the same key
  bool encrypted = false;

  /// Whether a file starts like a private key.
  [[nodiscard]] static bool looks_like_one(std::string_view text) noexcept;

  /// Reads a private file of any format that OpenSSH takes. Old formats keep their public half
  /// in the .pub beside them. Errc::not_found, Errc::malformed, Errc::refused when ssh would
  /// ignore it for its mode; the error's `doing` is a clause for a person.
  [[nodiscard]] static Result<KeyFile> read(const std::string& path);
};

/// The key of a .pub file.
[[nodiscard]] Result<ssh::PublicKeyLine> read_public_file(const std::string& path);

}  // namespace latchkey::host
