// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/failure.hpp"

namespace latchkey::host {

/// What a person calls the Pi: [user@]host[:port]. The port is the pairing port; ssh's own is
/// ssh_config's business.
struct Target {
  std::string user;  ///< empty: not said
  std::string host;  ///< a name, an alias of ssh_config, or an address without brackets
  std::uint16_t port = 0;

  /// Also `[::1]:7822`, `fe80::1%eth0` and `::1`. Reason::usage.
  [[nodiscard]] static Attempt<Target> parse(std::string_view text);

  [[nodiscard]] bool is_address() const noexcept;
  /// "pi@host", as one would give it to ssh.
  [[nodiscard]] std::string for_ssh(std::string_view account) const;
};

}  // namespace latchkey::host
