// SPDX-License-Identifier: MIT
#pragma once

#include "core/error.hpp"

namespace latchkey::gpio {

/// A plain on/off light.
class StatusLed {
 public:
  virtual ~StatusLed() = default;
  /// Setting what is already set is allowed and does nothing.
  [[nodiscard]] virtual Result<void> set(bool on) = 0;
};

}  // namespace latchkey::gpio
