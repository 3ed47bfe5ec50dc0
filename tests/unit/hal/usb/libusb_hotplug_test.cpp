// SPDX-License-Identifier: MIT
// Without a device: that one is told of needs a kernel with USB ports, and is for
// tests/virtual-pi.
#include "hal/usb/linux/libusb_hotplug.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <fstream>

#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::usb;

namespace {

/// Where udevd might listen.
struct Machine {
  Machine() { std::ofstream{control}; }

  test::TempFolder folder;
  std::string control = folder.file("control");
};

}  // namespace

TEST_CASE("without udevd it says so, since libusb would be silent for ever") {
  const test::TempFolder folder;
  const auto hotplug = LibusbHotplug::open(folder.file("control"));
  REQUIRE_FALSE(hotplug.has_value());
  CHECK(hotplug.error().is(Errc::unsupported));
  CHECK(hotplug.error().message().find("udevd") != std::string::npos);
}

TEST_CASE("while nothing happens it has no news, and is not readable after it said so") {
  const Machine machine;
  auto hotplug = LibusbHotplug::open(machine.control);
  REQUIRE(hotplug.has_value());
  CHECK((*hotplug)->take().value() == false);  // libusb wakes itself up once
  pollfd polled{(*hotplug)->descriptor(), POLLIN, 0};
  CHECK(::poll(&polled, 1, 50) == 0);
  CHECK((*hotplug)->take().value() == false);
}

TEST_CASE("it ends and begins again") {
  const Machine machine;
  for (int i = 0; i < 3; ++i) {
    const auto hotplug = LibusbHotplug::open(machine.control);
    REQUIRE(hotplug.has_value());
    CHECK((*hotplug)->descriptor() >= 0);
  }
}
