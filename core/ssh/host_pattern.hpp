// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Lists of host names and patterns with commas between them, as in known_hosts.
namespace latchkey::ssh {

inline constexpr std::size_t kMaxHostName = 255;

/// Letters, digits and .:_-% : what names and addresses are made of.
[[nodiscard]] bool is_host_character(char c) noexcept;
[[nodiscard]] std::string to_lower(std::string_view text);

/// OpenSSH's match_pattern_list: * and ? are wildcards, a pattern after ! that matches makes the
/// whole list not match, case does not count. `name` is lower case. Takes time in proportion
/// to both lengths multiplied, never more.
[[nodiscard]] bool matches_pattern_list(std::string_view list, std::string_view name);

/// The list without the parts that are exactly this name (lower case); else as it stands.
[[nodiscard]] std::string without_name(std::string_view list, std::string_view name);

/// Whether there is any pattern that could match something.
[[nodiscard]] bool has_positive_pattern(std::string_view list);

}  // namespace latchkey::ssh
