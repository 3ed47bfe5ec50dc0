// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include "core/time.hpp"

namespace latchkey::test {

/// Whether a descriptor becomes readable within `patience`.
inline bool readable(int descriptor, Millis patience = Millis::zero()) {
  pollfd polled{descriptor, POLLIN, 0};
  return ::poll(&polled, 1, static_cast<int>(patience.count())) == 1 &&
         (polled.revents & POLLIN) != 0;
}

}  // namespace latchkey::test
