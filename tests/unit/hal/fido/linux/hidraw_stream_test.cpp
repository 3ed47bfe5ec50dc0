// SPDX-License-Identifier: MIT
// The kernel's end of a hidraw node is a socket here: packets, as reports are.
#include "hal/fido/linux/hidraw_stream.hpp"

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <string>

#include "core/bytes.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;

namespace {

struct Node {
  Node() : event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0);
    key = hal::Descriptor(ends[0]);
    stream = make_hidraw_stream(hal::Descriptor(ends[1]), event.number());
  }

  void interrupt() const {
    const std::uint64_t one = 1;
    REQUIRE(::write(event.number(), &one, sizeof one) == sizeof one);
  }
  void say(std::size_t size) const {
    const Bytes packet(size, 0x5A);
    REQUIRE(::send(key.number(), packet.data(), size, 0) == static_cast<ssize_t>(size));
  }

  hal::Descriptor event;
  hal::Descriptor key;
  std::unique_ptr<ReportStream> stream;
};

}  // namespace

TEST_CASE("A report goes out behind its number, and comes in without one") {
  Node node;
  Report report{};
  for (std::size_t i = 0; i < report.size(); ++i) report[i] = static_cast<std::uint8_t>(i + 1);
  CHECK(node.stream->write(report));
  Bytes got(100);
  got.resize(static_cast<std::size_t>(::recv(node.key.number(), got.data(), got.size(), 0)));
  CHECK(to_hex(got) == "00" + to_hex(report));
  REQUIRE(::send(node.key.number(), report.data(), report.size(), 0) == 64);
  CHECK(node.stream->read(std::nullopt) == report);
  CHECK_FALSE(node.stream->gone());
}

TEST_CASE("What has another size is no report") {
  Node node;
  for (const std::size_t size : {1U, 63U, 65U, 200U}) {
    CAPTURE(size);
    node.say(size);
    CHECK_FALSE(node.stream->read(Millis(1'000)).has_value());
  }
  node.say(64);
  CHECK(node.stream->read(Millis(1'000)).has_value());
  CHECK_FALSE(node.stream->gone());
}

TEST_CASE("A read ends after its time, and silence is not absence") {
  Node node;
  CHECK_FALSE(node.stream->read(Millis(0)).has_value());
  CHECK_FALSE(node.stream->read(Millis(1)).has_value());
  CHECK_FALSE(node.stream->gone());
}

TEST_CASE("A read ends at once while the interrupt is there; what came before is still read") {
  Node node;
  node.say(64);
  node.interrupt();
  CHECK(node.stream->read(std::nullopt).has_value());
  CHECK_FALSE(node.stream->read(std::nullopt).has_value());
  CHECK_FALSE(node.stream->gone());
}

TEST_CASE("A key that goes is gone, for reads and for writes") {
  SUBCASE("while it is read from") {
    Node node;
    node.key.close();
    CHECK_FALSE(node.stream->read(std::nullopt).has_value());
    CHECK(node.stream->gone());
  }
  SUBCASE("before it is written to") {
    Node node;
    ::signal(SIGPIPE, SIG_IGN);  // a node knows no SIGPIPE
    node.key.close();
    CHECK_FALSE(node.stream->write(Report{}));
    CHECK(node.stream->gone());
    ::signal(SIGPIPE, SIG_DFL);
  }
}

TEST_CASE("A node that is not there any more is one that was pulled out") {
  const test::TempFolder folder;
  const auto opened = open_hidraw_stream(folder.file("hidraw9"), -1);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().trouble == Trouble::removed);
  CHECK(opened.error().device == folder.file("hidraw9"));
}

TEST_CASE("A node that this user may not open is named") {
  if (::geteuid() == 0) return;  // root may
  const test::TempFolder folder;
  const auto path = folder.file("hidraw0");
  std::ofstream(path) << "x";
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  const auto opened = open_hidraw_stream(path, -1);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().trouble == Trouble::not_readable);
  CHECK(what_happened(opened.error()).find(path) != std::string::npos);
}

TEST_CASE("What is no FIDO device is not talked to") {
  const test::TempFolder folder;
  const auto path = folder.file("hidraw0");
  std::ofstream(path) << "x";
  for (const std::string& each : {path, std::string("/dev/null"), std::string("/dev/ptmx")}) {
    CAPTURE(each);
    const auto opened = open_hidraw_stream(each, -1);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().trouble == Trouble::nonsense);
  }
}
