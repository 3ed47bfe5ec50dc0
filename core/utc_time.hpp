// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "core/time.hpp"

namespace latchkey {

/// `time` for logs and people, as "2001-02-03T04:05:06Z" (RFC 3339): from year 1 to 9999, also
/// where time_t ends in 2038.
[[nodiscard]] std::string utc_text(WallTime time);

}  // namespace latchkey
