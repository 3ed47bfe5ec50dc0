// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/uhid.hpp"

#include <doctest/doctest.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "tests/unit/hal/fido/program/hid_client.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::report_of;

namespace {

/// The kernel's end of /dev/uhid: one event a packet.
struct Kernel {
  hal::Descriptor end;

  /// Opens the program's end of a new device.
  Result<hal::Descriptor> open() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) ==
            0);
    end = hal::Descriptor(ends[0]);
    return hal::Descriptor(ends[1]);
  }
  void say(const uhid_event& event) const {
    REQUIRE(::write(end.number(), &event, sizeof event) == sizeof event);
  }
  void say(std::uint32_t type) const {
    uhid_event event{};
    event.type = type;
    say(event);
  }
  /// A client has written to the hidraw node.
  void output(const std::vector<std::uint8_t>& bytes) const {
    uhid_event event{};
    event.type = UHID_OUTPUT;
    std::copy(bytes.begin(), bytes.end(), event.u.output.data);
    event.u.output.size = static_cast<std::uint16_t>(bytes.size());
    say(event);
  }
  [[nodiscard]] std::optional<uhid_event> heard() const {
    uhid_event event{};
    if (::read(end.number(), &event, sizeof event) != sizeof event) return std::nullopt;
    return event;
  }
};

struct Bench {
  Bench() { REQUIRE(face.plug().has_value()); }
  std::vector<Report> serve() {
    auto reports = face.serve();
    REQUIRE(reports.has_value());
    return std::move(*reports);
  }
  Kernel kernel;
  Uhid face{[this] { return kernel.open(); }, "a SIMULATED key"};
};

std::vector<std::uint8_t> numbered(const Report& report) {
  std::vector<std::uint8_t> bytes(1 + report.size());
  std::copy(report.begin(), report.end(), bytes.begin() + 1);
  return bytes;
}

}  // namespace

TEST_CASE("plugging in makes a USB HID device with a FIDO descriptor, which says what it is") {
  const Bench bench;
  const auto made = bench.kernel.heard();
  REQUIRE(made.has_value());
  CHECK(std::uint32_t{made->type} == UHID_CREATE2);
  const auto& device = made->u.create2;
  CHECK(std::string(reinterpret_cast<const char*>(device.name)) == "a SIMULATED key");
  CHECK(std::uint32_t{device.bus} == BUS_USB);
  CHECK(std::uint32_t{device.vendor} == 0x1209);
  REQUIRE(std::size_t{device.rd_size} == kReportDescriptor.size());
  CHECK(std::equal(kReportDescriptor.begin(), kReportDescriptor.end(), device.rd_data));
}

TEST_CASE("pulling out ends the device, and plugging in makes a new one") {
  Bench bench;
  CHECK(bench.kernel.heard().has_value());
  bench.face.unplug();
  char byte = 0;
  CHECK(::read(bench.kernel.end.number(), &byte, 1) == 0);
  CHECK(bench.serve().empty());
  bench.face.give(report_of(1));
  REQUIRE(bench.face.plug().has_value());
  CHECK(std::uint32_t{bench.kernel.heard()->type} == UHID_CREATE2);
  CHECK_FALSE(bench.kernel.heard().has_value());
}

TEST_CASE("what clients write arrives without the report number, of the right size alone") {
  Bench bench;
  bench.kernel.say(UHID_START);
  bench.kernel.say(UHID_OPEN);
  bench.kernel.output(numbered(report_of(1)));
  bench.kernel.output(std::vector<std::uint8_t>(kReportSize, 2));
  bench.kernel.output(std::vector<std::uint8_t>(kReportSize + 1, 3));  // a number that it has not
  bench.kernel.output(std::vector<std::uint8_t>(kReportSize - 1));
  bench.kernel.output(std::vector<std::uint8_t>(UHID_DATA_MAX));
  bench.kernel.output({});
  bench.kernel.say(UHID_CLOSE);
  bench.kernel.say(UHID_STOP);
  bench.kernel.say(4711);
  CHECK(bench.serve() == std::vector{report_of(1), report_of(2)});
  CHECK(bench.serve().empty());
}

TEST_CASE("what the key says becomes an input report") {
  Bench bench;
  (void)bench.kernel.heard();
  bench.face.give(report_of(9));
  const auto event = bench.kernel.heard();
  REQUIRE(event.has_value());
  CHECK(std::uint32_t{event->type} == UHID_INPUT2);
  REQUIRE(std::size_t{event->u.input2.size} == kReportSize);
  CHECK(std::memcmp(event->u.input2.data, report_of(9).data(), kReportSize) == 0);
}

TEST_CASE("reports on the control pipe are refused at once, by their number") {
  Bench bench;
  (void)bench.kernel.heard();
  uhid_event get{};
  get.type = UHID_GET_REPORT;
  get.u.get_report.id = 17;
  bench.kernel.say(get);
  uhid_event set{};
  set.type = UHID_SET_REPORT;
  set.u.set_report.id = 18;
  bench.kernel.say(set);
  CHECK(bench.serve().empty());
  const auto got = bench.kernel.heard();
  REQUIRE(got.has_value());
  CHECK(std::uint32_t{got->type} == UHID_GET_REPORT_REPLY);
  CHECK(std::uint32_t{got->u.get_report_reply.id} == 17);
  CHECK(std::uint32_t{got->u.get_report_reply.err} == EIO);
  const auto reply = bench.kernel.heard();
  REQUIRE(reply.has_value());
  CHECK(std::uint32_t{reply->type} == UHID_SET_REPORT_REPLY);
  CHECK(std::uint32_t{reply->u.set_report_reply.id} == 18);
  CHECK(std::uint32_t{reply->u.set_report_reply.err} == EIO);
}

TEST_CASE("a device that is gone is an error, not silence") {
  Bench bench;
  bench.kernel.end.close();
  CHECK_FALSE(bench.face.serve().has_value());
}

TEST_CASE("without the kernel's module the refusal says how to load it") {
  const test::TempFolder folder;
  const auto device = open_uhid(folder.file("uhid"));
  REQUIRE_FALSE(device.has_value());
  CHECK(device.error().message() == "opening " + folder.file("uhid") +
                                        " (load the kernel's module: modprobe uhid): No such file "
                                        "or directory");
}
