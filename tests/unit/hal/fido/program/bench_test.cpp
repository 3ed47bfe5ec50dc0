// SPDX-License-Identifier: MIT
#include "hal/fido/sim/program/bench.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <utility>

#include "hal/clock/sim/manual_alarm.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "tests/unit/hal/fido/program/factory_fresh.hpp"
#include "tests/unit/hal/local_socket/visitor.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using namespace latchkey::fido;
using namespace latchkey::fido::sim;

namespace {

/// What a test does with a face, and sees of it.
struct Wire {
  bool plugged = false;
  std::vector<Report> from_host;
  std::vector<Report> late;  ///< from the host, right behind what is served first
  std::vector<Report> to_host;
  std::optional<Error> broken;
  std::optional<Error> breaks_later;  ///< when it has been served once more
};

class TestFace final : public Face {
 public:
  explicit TestFace(Wire& wire) : wire_(wire) {}

  Result<void> plug() override {
    if (wire_.broken) return tl::make_unexpected(*wire_.broken);
    wire_.plugged = true;
    return {};
  }
  void unplug() override { wire_.plugged = false; }
  void watch(std::vector<pollfd>&) const override {}
  Result<std::vector<Report>> serve() override {
    if (wire_.broken) return tl::make_unexpected(*wire_.broken);
    wire_.broken = std::exchange(wire_.breaks_later, std::nullopt);
    return std::exchange(wire_.from_host, std::exchange(wire_.late, {}));
  }
  void give(const Report& report) override { wire_.to_host.push_back(report); }

 private:
  Wire& wire_;
};

Error some_error() { return {make_error_code(Errc::closed), "reading the wire"}; }

/// A key with two faces in virtual time.
struct Room {
  explicit Room(Model model = {}) : bench(parts(std::move(model)), clock, alarm, random) {}

  Bench::Parts parts(Model model) {
    auto control = hal::LineServer::open({folder.path(), "key.sock", "taken"}, 10'000);
    REQUIRE(control.has_value());
    Bench::Parts made{std::move(model),        test::factory_fresh(), StandingPerson(Reply::never),
                      KeyFiles(folder.path()), std::move(*control),   {}};
    for (auto* wire : {&one, &two}) made.faces.push_back(std::make_unique<TestFace>(*wire));
    return made;
  }
  /// CTAPHID_INIT on the broadcast channel; the new channel.
  std::array<std::uint8_t, 4> init() {
    Report report{0xFF, 0xFF, 0xFF, 0xFF, 0x86, 0, 8};
    one.from_host.push_back(report);
    REQUIRE(bench.step().has_value());
    REQUIRE_FALSE(one.to_host.empty());
    const auto answer = one.to_host.back();
    return {answer[15], answer[16], answer[17], answer[18]};
  }
  /// authenticatorSelection, which asks for a touch.
  void select(std::array<std::uint8_t, 4> channel) {
    one.from_host.push_back({channel[0], channel[1], channel[2], channel[3], 0x90, 0, 1, 0x0B});
  }

  test::TempFolder folder;
  clock::ManualClock clock{Instant(Millis(5'000))};
  clock::ManualAlarm alarm{clock};
  test::SeededRandom random{3};
  Wire one;
  Wire two;
  Bench bench;
};

}  // namespace

TEST_CASE("what one face asks is answered on all") {
  Room room;
  REQUIRE(room.bench.plug().has_value());
  CHECK(room.one.plugged);
  CHECK(room.two.plugged);
  (void)room.init();
  CHECK(room.one.to_host.size() == 1);
  CHECK(room.one.to_host == room.two.to_host);
  room.bench.unplug();
  CHECK_FALSE(room.one.plugged);
  CHECK_FALSE(room.two.plugged);
}

TEST_CASE("a key that is pulled out hears nothing") {
  Room room;
  room.one.from_host.push_back({0xFF, 0xFF, 0xFF, 0xFF, 0x86, 0, 8});
  REQUIRE(room.bench.step().has_value());
  CHECK(room.one.to_host.empty());
}

TEST_CASE("a face that cannot be plugged in leaves the others out too") {
  Room room;
  room.two.broken = some_error();
  const auto plugged = room.bench.plug();
  REQUIRE_FALSE(plugged.has_value());
  CHECK(plugged.error().doing == "reading the wire");
  CHECK_FALSE(room.one.plugged);
  room.two.broken.reset();
  CHECK(room.bench.plug().has_value());
  CHECK(room.two.plugged);
}

TEST_CASE("a face that breaks ends the program") {
  Room room;
  REQUIRE(room.bench.plug().has_value());
  room.two.broken = some_error();
  const auto done = room.bench.step();
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().doing == "reading the wire");
}

TEST_CASE("what a control client asks about has arrived before its question") {
  Room room;
  REQUIRE(room.bench.plug().has_value());
  const auto channel = room.init();
  test::Visitor visitor(room.folder.file("key.sock"));
  REQUIRE(room.bench.step().has_value());
  (void)visitor.heard();
  room.one.late.push_back({channel[0], channel[1], channel[2], channel[3], 0x90, 0, 1, 0x0B});
  visitor.send("state\n");
  REQUIRE(room.bench.step().has_value());
  CHECK(visitor.heard().find(R"("waiting":"touch")") != std::string::npos);
}

TEST_CASE("a face that breaks before a question ends the program too") {
  Room room;
  REQUIRE(room.bench.plug().has_value());
  test::Visitor visitor(room.folder.file("key.sock"));
  REQUIRE(room.bench.step().has_value());
  visitor.send("state\n");
  room.two.breaks_later = some_error();
  const auto done = room.bench.step();
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().doing == "reading the wire");
}

TEST_CASE("while it waits the key keeps its hosts alive, and its clients know") {
  Room room;
  REQUIRE(room.bench.plug().has_value());
  const auto channel = room.init();
  test::Visitor visitor(room.folder.file("key.sock"));
  room.select(channel);
  REQUIRE(room.bench.step().has_value());
  CHECK(visitor.heard() == "waiting nothing\nwaiting touch\n");
  const auto before = room.two.to_host.size();
  for (int i = 0; i < 5; ++i) {
    room.clock.advance(Model().keepalive);
    REQUIRE(room.bench.step().has_value());
  }
  CHECK(room.two.to_host.size() >= before + 4);
  CHECK(room.two.to_host.back()[4] == 0xBB);
  visitor.send("touch once\n");
  REQUIRE(room.bench.step().has_value());
  CHECK(visitor.heard() == "ok\nwaiting nothing\n");
  CHECK(room.two.to_host.back()[4] == 0x90);
  CHECK(room.two.to_host.back()[7] == 0);
}

TEST_CASE("nobody's touch is asked for any more when the key is pulled out") {
  Room room;
  REQUIRE(room.bench.plug().has_value());
  const auto channel = room.init();
  room.select(channel);
  REQUIRE(room.bench.step().has_value());
  test::Visitor visitor(room.folder.file("key.sock"));
  REQUIRE(room.bench.step().has_value());
  visitor.send("unplug\n");
  REQUIRE(room.bench.step().has_value());
  CHECK(visitor.heard() == "waiting touch\nok\nwaiting nothing\n");
}

TEST_CASE("a key that disappears is pulled out of all faces") {
  Model model;
  model.misbehaviour.disappears_at = 2;
  Room room(model);
  REQUIRE(room.bench.plug().has_value());
  room.one.from_host = {Report{0xFF, 0xFF, 0xFF, 0xFF, 0x86, 0, 8},
                        Report{0xFF, 0xFF, 0xFF, 0xFF, 0x86, 0, 8}};
  REQUIRE(room.bench.step().has_value());
  CHECK_FALSE(room.one.plugged);
  CHECK_FALSE(room.two.plugged);
}

TEST_CASE("an answer whose state cannot be saved does not leave") {
  Room room;
  REQUIRE(room.bench.plug().has_value());
  const auto channel = room.init();
  const auto before = room.one.to_host.size();
  std::filesystem::create_directory(room.folder.file("key.json.new"));
  test::Visitor visitor(room.folder.file("key.sock"));
  REQUIRE(room.bench.step().has_value());
  visitor.send("touch yes\n");
  REQUIRE(room.bench.step().has_value());
  // authenticatorReset: a new wrapping key
  room.one.from_host.push_back({channel[0], channel[1], channel[2], channel[3], 0x90, 0, 1, 0x07});
  CHECK_FALSE(room.bench.step().has_value());
  CHECK(room.one.to_host.size() == before);
}
