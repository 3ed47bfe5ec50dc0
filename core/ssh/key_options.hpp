// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"

/// The options in front of a key in authorized_keys, read as sshd reads them (sshd(8),
/// OpenSSH 9.2 auth-options.c).
namespace latchkey::ssh {

inline constexpr std::size_t kMaxKeyOptions = 1024;

struct KeyOption {
  std::string name;                  ///< lower case: "no-pty", "command"
  std::optional<std::string> value;  ///< quotes off, \" made "
};

/// A list without white space outside quotes: `restrict,from="10.0.0.0/8"`. Names in any case.
/// What makes sshd skip the whole line fails too: an unknown name, a missing quote or value,
/// nothing after a comma (Errc::malformed); an option that may be given once given twice, an
/// expiry-time that is none (Errc::refused). Values of other options are not looked into.
/// More than kMaxKeyOptions: Errc::too_large, here only.
[[nodiscard]] Result<std::vector<KeyOption>> parse_key_options(std::string_view list);

/// Moves past the option list at the start of `text`, as sshd finds its end: the first space
/// or tab outside quotes. Errc::malformed when a quote stays open.
[[nodiscard]] Result<std::string_view> cut_key_options(std::string_view& text);

/// The value of expiry-time: YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, then perhaps Z or UTC.
struct Expiry {
  WallTime time;       ///< the digits read as UTC
  bool local = false;  ///< without suffix: sshd takes them in the Pi's time zone

  [[nodiscard]] static Result<Expiry> parse(std::string_view text);
  /// sshd's comparison: a key still works in the second that is named.
  /// `utc_offset` of the local zone (east positive) counts only where `local`.
  [[nodiscard]] bool is_over(WallTime now, std::chrono::seconds utc_offset) const noexcept;
};

/// The options that latchkey itself writes; there is no way to pass on another's text.
struct LineOptions {
  std::optional<WallTime> expires;  ///< expiry-time="…Z"; needs OpenSSH 9.1 on the Pi
  std::string from;                 ///< a pattern list as in ssh_config(5), empty: anywhere
  bool restricted = false;          ///< restrict,pty: a terminal and nothing else
  bool cert_authority = false;      ///< the key is a user CA
  bool no_touch_required = false;   ///< security keys whose signatures carry no touch
  bool verify_required = false;     ///< security keys that must ask for PIN or finger

  /// "" or "restrict,from=\"…\"". Errc::malformed when `from` holds anything but letters, digits
  /// and .:/*?!,_[]%- in nonempty parts, or `expires` is not within 1970 to 9999.
  [[nodiscard]] Result<std::string> format() const;
};

}  // namespace latchkey::ssh
