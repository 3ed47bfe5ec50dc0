// SPDX-License-Identifier: MIT
#include "hal/fido/linux/linux_security_keys.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "hal/clock/sim/manual_clock.hpp"
#include "hal/fido/sim/ctaphid/report.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;

namespace {

/// What /sys/class/hidraw looks like.
struct Machine {
  void add(const std::string& node, ByteView descriptor, const std::string& uevent) const {
    const auto device = folder.file("class/" + node + "/device");
    std::filesystem::create_directories(device);
    std::ofstream(device + "/report_descriptor", std::ios::binary) << as_text(descriptor);
    std::ofstream(device + "/uevent") << uevent;
  }
  void add_key(const std::string& node, const std::string& name) const {
    add(node, sim::kReportDescriptor,
        "DRIVER=hid-generic\nHID_ID=0003:00001050:00000407\nHID_NAME=" + name + "\nHID_PHYS=usb\n");
  }

  test::TempFolder folder;
  clock::ManualClock clock;
  LinuxSecurityKeys keys{clock, {folder.file("class"), folder.file("dev")}};
};

}  // namespace

TEST_CASE("Security keys are listed by node, others are not, and none is opened") {
  Machine machine;
  machine.add_key("hidraw10", "Maker Key Two");
  machine.add_key("hidraw2", "Maker Key One");
  machine.add("hidraw0", from_hex("05010906a101c0").value(), "HID_NAME=A keyboard\n");
  machine.add("hidrawx", sim::kReportDescriptor, "");
  machine.add("other1", sim::kReportDescriptor, "");
  const auto found = machine.keys.list();
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 2);
  // No node exists: nothing was opened.
  CHECK(found->at(0) == PluggedKey{machine.folder.file("dev/hidraw2"), "Maker Key One"});
  CHECK(found->at(1) == PluggedKey{machine.folder.file("dev/hidraw10"), "Maker Key Two"});
}

TEST_CASE("A name cannot turn the terminal upside down, and its absence is no problem") {
  Machine machine;
  machine.add_key("hidraw0", "\x1b[2Jevil" + std::string(500, 'x'));
  machine.add("hidraw1", sim::kReportDescriptor, "DRIVER=x");
  const auto found = machine.keys.list();
  REQUIRE(found->size() == 2);
  CHECK(found->at(0).name.starts_with("?[2Jevil"));
  CHECK(found->at(0).name.size() <= 128);
  CHECK(found->at(1).name == "security key");
}

TEST_CASE("A machine without any HID device has no security keys") {
  Machine machine;
  const auto found = machine.keys.list();
  REQUIRE(found.has_value());
  CHECK(found->empty());
}

TEST_CASE("A key that went between listing and opening was pulled out") {
  Machine machine;
  machine.add_key("hidraw0", "key");
  const auto found = machine.keys.list();
  const auto opened = machine.keys.open(found->at(0), -1);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().trouble == Trouble::removed);
}

TEST_CASE("The machine at hand can be asked") {
  clock::ManualClock clock;
  CHECK(LinuxSecurityKeys(clock).list().has_value());
}
