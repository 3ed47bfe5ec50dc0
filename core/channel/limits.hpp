// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "core/time.hpp"

namespace latchkey::channel {

/// What the host asks the authorized_keys line to be limited to. Only ever narrows.
struct Limits {
  std::optional<WallTime> expires;  ///< expiry-time=
  std::string from;       ///< from="…", an OpenSSH pattern list of addresses; empty: none
  bool restrict = false;  ///< restrict,pty
  friend bool operator==(const Limits&, const Limits&) = default;
};

}  // namespace latchkey::channel
