// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/hid_socket.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>

#include "tests/unit/hal/fido/program/hid_client.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;
using test::HidClient;
using test::report_of;

namespace {

struct Bench {
  Bench() { REQUIRE(face.plug().has_value()); }

  [[nodiscard]] std::string path() const { return folder.file("hid.sock"); }
  std::vector<Report> serve() {
    auto reports = face.serve();
    REQUIRE(reports.has_value());
    return std::move(*reports);
  }
  HidClient client() {
    HidClient client(path());
    CHECK(serve().empty());
    return client;
  }
  /// Whether poll(2) would wake the program now.
  [[nodiscard]] bool awake() const {
    std::vector<pollfd> polled;
    face.watch(polled);
    return ::poll(polled.data(), polled.size(), 0) > 0;
  }

  test::TempFolder folder;
  HidSocket face{folder.path()};
};

}  // namespace

TEST_CASE("the key's socket is there while it is plugged in, for its owner alone") {
  Bench bench;
  struct stat found {};
  REQUIRE(::lstat(bench.path().c_str(), &found) == 0);
  CHECK((found.st_mode & 07777U) == 0600);
  auto client = bench.client();
  bench.face.unplug();
  CHECK_FALSE(std::filesystem::exists(bench.path()));
  CHECK_FALSE(client.heard().has_value());
  CHECK(client.ended());
  CHECK(bench.serve().empty());
  CHECK_FALSE(bench.awake());
  REQUIRE(bench.face.plug().has_value());
  const auto next = bench.client();
  next.send(report_of(1));
  CHECK(bench.serve().size() == 1);
}

TEST_CASE("what any client sends reaches the key, and what the key sends all of them") {
  Bench bench;
  auto one = bench.client();
  auto two = bench.client();
  CHECK_FALSE(bench.awake());
  one.send(report_of(1));
  two.send(report_of(2));
  one.send(report_of(3));
  CHECK(bench.awake());
  CHECK(bench.serve() == std::vector{report_of(1), report_of(3), report_of(2)});
  CHECK_FALSE(bench.awake());
  bench.face.give(report_of(4));
  bench.face.give(report_of(5));
  for (auto* client : {&one, &two}) {
    CHECK(client->heard() == report_of(4));
    CHECK(client->heard() == report_of(5));
    CHECK_FALSE(client->heard().has_value());
    CHECK_FALSE(client->ended());
  }
}

TEST_CASE("who has not come yet misses what was said") {
  Bench bench;
  bench.face.give(report_of(1));
  auto late = bench.client();
  bench.face.give(report_of(2));
  CHECK(late.heard() == report_of(2));
}

TEST_CASE("a packet that is no report ends its connection, and no other") {
  Bench bench;
  auto good = bench.client();
  auto bad = bench.client();
  std::array<std::uint8_t, 1'000> bytes{};
  std::size_t size = 0;
  SUBCASE("too short") { size = 63; }
  SUBCASE("with a report number in front") { size = 65; }
  SUBCASE("by far too long") { size = bytes.size(); }
  SUBCASE("empty") { size = 0; }
  bad.send(std::span(bytes).first(size));
  good.send(report_of(1));
  CHECK(bench.serve() == std::vector{report_of(1)});
  (void)bad.heard();
  CHECK(bad.ended());
  bench.face.give(report_of(2));
  CHECK(good.heard() == report_of(2));
}

TEST_CASE("what a client sent before it left counts") {
  Bench bench;
  auto client = bench.client();
  client.send(report_of(1));
  client.leave();
  bench.face.give(report_of(2));
  CHECK(bench.serve() == std::vector{report_of(1)});
  CHECK_FALSE(bench.awake());
}

TEST_CASE("a client that does not read misses the newest, and holds nobody up") {
  Bench bench;
  auto reader = bench.client();
  auto sleeper = bench.client();
  constexpr unsigned kMany = 2'000;
  for (unsigned i = 0; i < kMany; ++i) {
    bench.face.give(report_of(static_cast<std::uint8_t>(i)));
    CHECK(reader.heard() == report_of(static_cast<std::uint8_t>(i)));
  }
  unsigned heard = 0;
  unsigned rounds = 0;
  for (; rounds < kMany; ++rounds) {
    while (const auto report = sleeper.heard()) {
      CHECK(*report == report_of(static_cast<std::uint8_t>(heard)));
      ++heard;
    }
    if (!bench.awake()) break;
    (void)bench.serve();
  }
  CHECK(heard > kHidClientQueue);
  CHECK(heard < kMany);
  CHECK_FALSE(sleeper.ended());
  bench.face.give(report_of(77));
  CHECK(sleeper.heard() == report_of(77));
}

TEST_CASE("a client that never stops sending does not keep the key for itself") {
  Bench bench;
  const auto flood = bench.client();
  for (unsigned i = 0; i < kMaxReportsAtOnce + 10; ++i) flood.send(report_of(1));
  CHECK(bench.serve().size() == kMaxReportsAtOnce);
  CHECK(bench.awake());
  CHECK(bench.serve().size() == 10);
}

TEST_CASE("there is an end to the number of clients") {
  Bench bench;
  std::vector<HidClient> clients;
  for (std::size_t i = 0; i < kMaxHidClients; ++i) clients.push_back(bench.client());
  auto late = bench.client();
  (void)late.heard();
  CHECK(late.ended());
  clients.pop_back();
  (void)bench.serve();
  const auto next = bench.client();
  next.send(report_of(1));
  CHECK(bench.serve().size() == 1);
}

TEST_CASE("a socket that somebody else serves is refused") {
  Bench bench;
  HidSocket second(bench.folder.path());
  const auto plugged = second.plug();
  REQUIRE_FALSE(plugged.has_value());
  CHECK(plugged.error().is(Errc::already_exists));
}
