// SPDX-License-Identifier: MIT
#include "hal/usb/sim/manual_hotplug.hpp"

#include <sys/eventfd.h>

namespace latchkey::usb {

ManualPorts::ManualPorts() : event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void ManualPorts::change() { (void)::eventfd_write(event_.number(), 1); }

void ManualPorts::fail() {
  failed_ = true;
  change();
}

Result<bool> ManualHotplug::take() {
  ++ports_.takes_;
  if (ports_.failed_) return latchkey::fail(Errc::outside, "watching manual ports");
  eventfd_t changes = 0;
  return ::eventfd_read(ports_.event_.number(), &changes) == 0;
}

}  // namespace latchkey::usb
