// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ssh/key_options.hpp"
#include "core/ssh/public_key.hpp"
#include "core/ssh/text_lines.hpp"

namespace latchkey::ssh {

/// One line of authorized_keys.
struct AuthorizedLine {
  enum class Kind {
    blank,
    comment,
    entry,    ///< holds a key
    unknown,  ///< nothing that sshd would take for a key
  };

  Kind kind = Kind::unknown;
  std::string raw;  ///< all bytes, line end included

  /// The rest is of entries only.
  std::string option_text;       ///< as it stands, quotes and all
  bool options_valid = true;     ///< false: sshd skips this line
  std::optional<PublicKey> key;  ///< always there in an entry
  std::string comment;           ///< sanitised

  /// Read from option_text again; empty when there are none or they are not valid.
  [[nodiscard]] std::vector<KeyOption> options() const;
  /// Whether an expiry-time is over at `now`; see Expiry::is_over.
  [[nodiscard]] bool is_expired(WallTime now, std::chrono::seconds utc_offset = {}) const;
};

/// A whole authorized_keys file, nothing lost: bytes() is what parse() was given.
class AuthorizedKeys final {
 public:
  /// Any bytes are a file; lines that make no sense are of kind unknown. A line that sshd
  /// would cut at a NUL is cut there. Errc::too_large as check_text_size says.
  [[nodiscard]] static Result<AuthorizedKeys> parse(ByteView file);

  [[nodiscard]] const std::vector<AuthorizedLine>& lines() const noexcept { return lines_; }
  [[nodiscard]] Bytes bytes() const;
  /// All entries of this key, valid or not, in the order of the file. Point into this object.
  [[nodiscard]] std::vector<const AuthorizedLine*> find(const PublicKey& key) const;

 private:
  std::vector<AuthorizedLine> lines_;
};

/// The one line that latchkey writes, without line end: our options, the key from its parsed
/// blob, the comment sanitised. Give it to append_line, later to remove_line.
/// Errors of LineOptions::format, and Errc::unsupported for certificates.
[[nodiscard]] Result<std::string> compose_line(const LineOptions& options, const PublicKey& key,
                                               std::string_view comment);

}  // namespace latchkey::ssh
