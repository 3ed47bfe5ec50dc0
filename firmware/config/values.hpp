// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The forms of single values in the configuration, free of TOML.
namespace latchkey::config {

/// SSH names of the key types that latchkey installs, strongest first.
[[nodiscard]] std::span<const std::string_view> known_key_types() noexcept;

/// A login name as Linux tools make them (letters, digits, `_`, `-`, `.`; at most 32, not starting
/// with a digit, `-` or `.`), or "@first", the first regular user.
[[nodiscard]] bool is_account(std::string_view text);

/// "SHA256:" and the 43 characters of an unpadded base64 hash, as ssh-keygen -l prints it.
[[nodiscard]] bool is_fingerprint(std::string_view text);

/// "90d" or "12w" in days, 1 to 36500; "" is 0, no limit; nullopt when it is neither.
[[nodiscard]] std::optional<std::uint32_t> parse_validity_days(std::string_view text);

/// At most 64 bytes of UTF-8 without control characters, direction marks or line separators. The
/// encoding itself is taken for granted: TOML has checked it.
[[nodiscard]] bool is_device_name(std::string_view text);

/// An absolute path of at most 1023 printable bytes.
[[nodiscard]] bool is_absolute_path(std::string_view text);

/// The candidate that a mistyped word most likely meant; nullopt when none is near.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

/// For messages: control characters replaced by '?', cut after `max` bytes with "…".
[[nodiscard]] std::string printable(std::string_view text, std::size_t max = 64);

}  // namespace latchkey::config
