// SPDX-License-Identifier: MIT
#pragma once

#include "core/channel/messages.hpp"
#include "host/failure.hpp"
#include "host/options.hpp"

namespace latchkey::host {

/// What --expires, --from and --restrict ask the Pi to narrow the line to. A date means the end
/// of that day, UTC; a span (12h, 90d, 4w) counts from `now`. Reason::usage.
[[nodiscard]] Attempt<channel::Limits> parse_limits(const EnrollOptions& options, WallTime now);

}  // namespace latchkey::host
