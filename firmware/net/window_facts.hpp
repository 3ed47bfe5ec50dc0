// SPDX-License-Identifier: MIT
#pragma once

#include "core/channel/hello.hpp"
#include "core/channel/messages.hpp"
#include "firmware/roles/net_messages.hpp"

namespace latchkey::net {

/// What every peer of this window is told: the same for all of them, and no secret.
struct WindowFacts {
  channel::Hello hello;
  channel::Welcome welcome;

  /// Errc::malformed when a count is beyond its array.
  [[nodiscard]] static Result<WindowFacts> from(const roles::ServeWindow& window);
};

}  // namespace latchkey::net
