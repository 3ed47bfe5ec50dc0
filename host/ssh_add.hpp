// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::host {

enum class Platform : std::uint8_t { linux_like, macos };

/// Of the computer that this is built for.
[[nodiscard]] Platform this_platform() noexcept;

/// The command that gives a key file to the agent. On macOS the keychain keeps its passphrase; that
/// form is untried. `provider`: SshConfig::security_key_provider, for keys on a security key.
[[nodiscard]] std::vector<std::string> ssh_add_command(Platform platform,
                                                       const std::string& provider,
                                                       const std::string& file);

}  // namespace latchkey::host
