// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::host {

/// What the log of `ssh -v` tells about one login (OpenSSH 9.2 to 10.0 say it in these words).
struct LoginLog {
  enum class Ending : std::uint8_t {
    ours,             ///< authenticated, and the key that sshd accepted is ours
    another_key,      ///< authenticated, but with a key that is not the one enrolled
    key_refused,      ///< sshd saw the key and said no
    key_not_offered,  ///< ssh never came to offer it
    cannot_sign,      ///< sshd would take it, but nothing here signed
    not_touched,      ///< the same, and what signs is a security key; no log says so itself
    wrong_passphrase,
    type_refused,  ///< no signature algorithm in common
    host_key_differs,
    connection_refused,
    no_connection,
    unclear,
  };

  Ending ending = Ending::unclear;
  std::string accepted;    ///< fingerprint of the key that sshd accepted; may be empty
  std::string last_words;  ///< the last line that is no debug line

  /// `fingerprint`: ours, SHA256:….
  [[nodiscard]] static LoginLog read(std::string_view log, std::string_view fingerprint);
};

}  // namespace latchkey::host
