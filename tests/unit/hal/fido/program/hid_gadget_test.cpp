// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/hid_gadget.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "tests/unit/hal/fido/program/hid_client.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::report_of;

namespace {

/// A gadget whose device file is a pipe, and whose UDC a plain file.
struct Bench {
  Bench() {
    REQUIRE(::mkfifo(files.device.c_str(), 0600) == 0);
    std::ofstream(files.udc) << "\n";
    std::filesystem::create_directory(files.controllers);
    std::ofstream(files.controllers + "/udc.1") << "";
    std::ofstream(files.controllers + "/udc.0") << "";
  }
  [[nodiscard]] std::string bound() const {
    std::ifstream file(files.udc);
    std::string line;
    std::getline(file, line);
    return line;
  }
  std::vector<Report> serve() {
    auto reports = face.serve();
    REQUIRE(reports.has_value());
    return std::move(*reports);
  }
  [[nodiscard]] hal::Descriptor host() const {
    return hal::Descriptor(::open(files.device.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  }

  test::TempFolder folder;
  HidGadget::Files files{folder.file("hidg0"), folder.file("UDC"), folder.file("controllers")};
  HidGadget face{files};
};

std::optional<Report> heard(const hal::Descriptor& host) {
  Report report{};
  if (::read(host.number(), report.data(), report.size()) != kReportSize) return std::nullopt;
  return report;
}

}  // namespace

TEST_CASE("plugging in binds the gadget to the first controller, pulling out frees it") {
  Bench bench;
  REQUIRE(bench.face.plug().has_value());
  CHECK(bench.bound() == "udc.0");
  bench.face.unplug();
  CHECK(bench.bound().empty());
}

TEST_CASE("a gadget that was bound keeps its controller") {
  Bench bench;
  std::ofstream(bench.files.udc) << "udc.1\n";
  REQUIRE(bench.face.plug().has_value());
  CHECK(bench.bound() == "udc.1");
  bench.face.unplug();
  REQUIRE(bench.face.plug().has_value());
  CHECK(bench.bound() == "udc.1");
}

TEST_CASE("a gadget that somebody else binds is left alone") {
  Bench bench;
  HidGadget face({bench.files.device, "", bench.files.controllers});
  REQUIRE(face.plug().has_value());
  face.unplug();
  CHECK(bench.bound().empty());
}

TEST_CASE("reports go both ways") {
  Bench bench;
  REQUIRE(bench.face.plug().has_value());
  const auto host = bench.host();
  const auto sent = report_of(1);
  REQUIRE(::write(host.number(), sent.data(), sent.size()) == kReportSize);
  CHECK(bench.serve() == std::vector{sent});
  bench.face.give(report_of(2));
  CHECK(heard(host) == report_of(2));
}

TEST_CASE("what the host does not fetch waits, up to a bound") {
  Bench bench;
  REQUIRE(bench.face.plug().has_value());
  const auto host = bench.host();
  const auto pipe = static_cast<unsigned>(::fcntl(host.number(), F_SETPIPE_SZ, 4096)) / kReportSize;
  for (unsigned i = 0; i < pipe + kGadgetQueue + 10; ++i) {
    bench.face.give(report_of(static_cast<std::uint8_t>(i)));
  }
  unsigned count = 0;
  for (; const auto report = heard(host); ++count) {
    CHECK(*report == report_of(static_cast<std::uint8_t>(count)));
    // What the key would send now comes behind what waits.
    if (count + 1 == pipe) bench.face.give(report_of(0xFF));
  }
  CHECK(count == 2 * pipe);
}

TEST_CASE("a device that has ended is an error, not silence") {
  HidGadget face({"/dev/null", "", ""});
  REQUIRE(face.plug().has_value());
  const auto served = face.serve();
  REQUIRE_FALSE(served.has_value());
  CHECK(served.error().code == std::errc::no_such_device);
  CHECK(served.error().doing == "reading from /dev/null");
}

TEST_CASE("what cannot be bound or opened is named, and left unbound") {
  Bench bench;
  std::string wanted;
  SUBCASE("no such gadget") {
    std::filesystem::remove(bench.files.udc);
    std::filesystem::create_directory(bench.files.udc);
    wanted = bench.files.udc;
  }
  SUBCASE("no controller") {
    std::filesystem::remove_all(bench.files.controllers);
    wanted = bench.files.controllers;
  }
  SUBCASE("no device") {
    std::filesystem::remove(bench.files.device);
    wanted = bench.files.device;
  }
  const auto plugged = bench.face.plug();
  REQUIRE_FALSE(plugged.has_value());
  CHECK(plugged.error().doing.find(wanted) != std::string::npos);
  CHECK(bench.bound().empty());
  CHECK(bench.serve().empty());
}
