// SPDX-License-Identifier: MIT
#include "hal/usb/sim/manual_hotplug.hpp"

#include <doctest/doctest.h>
#include <poll.h>

using namespace latchkey;
using namespace latchkey::usb;

namespace {

bool is_readable(const Hotplug& hotplug) {
  pollfd polled{hotplug.descriptor(), POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

}  // namespace

TEST_CASE("ports that nothing happens at have no news") {
  ManualPorts ports;
  ManualHotplug hotplug(ports);
  CHECK_FALSE(is_readable(hotplug));
  CHECK(hotplug.take().value() == false);
  CHECK(ports.takes() == 1);
}

TEST_CASE("many changes are news once") {
  ManualPorts ports;
  ManualHotplug hotplug(ports);
  ports.change();
  ports.change();
  CHECK(is_readable(hotplug));
  CHECK(hotplug.take().value() == true);
  CHECK_FALSE(is_readable(hotplug));
  CHECK(hotplug.take().value() == false);
}

TEST_CASE("ports that fail do so for good") {
  ManualPorts ports;
  ManualHotplug hotplug(ports);
  ports.fail();
  for (int i = 0; i < 2; ++i) {
    CHECK(is_readable(hotplug));
    CHECK(hotplug.take().error().is(Errc::outside));
  }
}
