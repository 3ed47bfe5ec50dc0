// SPDX-License-Identifier: MIT
#pragma once

#include "core/error.hpp"

/// USB ports.
namespace latchkey::usb {

/// Tells that something was plugged into a USB port or pulled out of one, not what: that is for
/// whoever knows the kind of device to find out. Costs nothing while nothing happens.
///
/// The device's node may come later than the news of its arrival, and permission to open it later
/// still; of a departure the news comes last. One thread at a time.
class Hotplug {
 public:
  virtual ~Hotplug() = default;
  /// Becomes readable when something may have happened since the start; owned by the hotplug.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// Whether there was an arrival or a departure since the last call; many count as one. Never
  /// blocks. An error is for good: there will be no news any more.
  [[nodiscard]] virtual Result<bool> take() = 0;
};

}  // namespace latchkey::usb
