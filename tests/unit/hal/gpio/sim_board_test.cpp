// SPDX-License-Identifier: MIT
#include "hal/gpio/sim/sim_board.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hal/clock/linux/boottime_clock.hpp"
#include "hal/clock/linux/timerfd_alarm.hpp"
#include "hal/clock/sim/manual_alarm.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "hal/local_socket/line_server.hpp"
#include "tests/unit/hal/clock/readable.hpp"
#include "tests/unit/hal/local_socket/visitor.hpp"
#include "tests/unit/temp_folder.hpp"

using namespace latchkey;
using gpio::Edge;
using gpio::SimBoard;
using test::readable;
using test::Visitor;

namespace {

constexpr auto* kUnknown = "error: unknown command; known are: press, release, tap, hold MS, led\n";

/// A board in virtual time. Sockets on one machine need no patience: what was sent has arrived.
struct Bench {
  test::TempFolder folder;
  clock::ManualClock clock{Instant(Millis(5'000))};
  clock::ManualAlarm alarm{clock};
  SimBoard board = open();

  SimBoard open() {
    auto opened = SimBoard::open(folder.path(), clock, alarm);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }

  /// What an event loop does: while the descriptor is readable, take the edges.
  std::vector<Edge> pump() {
    std::vector<Edge> edges;
    for (int rounds = 0; readable(board.button().descriptor()); ++rounds) {
      REQUIRE(rounds < 1'000);
      for (;;) {
        const auto edge = board.button().next_edge();
        REQUIRE(edge.has_value());
        if (!*edge) break;
        edges.push_back(**edge);
      }
    }
    return edges;
  }

  Visitor visitor() {
    Visitor visitor(board.socket_path());
    CHECK(pump().empty());
    CHECK(visitor.heard().substr(0, 4) == "led ");
    return visitor;
  }
};

void check_edge(const Edge& edge, bool pressed, Millis at) {
  CHECK(edge.pressed == pressed);
  CHECK(edge.at == Instant(at));
}

}  // namespace

TEST_CASE("a board that nobody talks to is quiet") {
  Bench bench;
  CHECK_FALSE(readable(bench.board.button().descriptor()));
  CHECK(bench.board.button().is_pressed() == false);
  CHECK_FALSE(bench.board.button().next_edge()->has_value());
}

TEST_CASE("whoever connects is told the LED's level first, and since when it has it") {
  Bench bench;
  Visitor early(bench.board.socket_path());
  bench.pump();
  CHECK(early.heard() == "led 0 5000\n");
  bench.clock.advance(Millis(250));
  CHECK(bench.board.led().set(true).has_value());
  bench.clock.advance(Millis(250));
  Visitor late(bench.board.socket_path());
  bench.pump();
  CHECK(late.heard() == "led 1 5250\n");
}

TEST_CASE("press and release are edges, answered and seen as a level") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("press\n");
  auto edges = bench.pump();
  REQUIRE(edges.size() == 1);
  check_edge(edges[0], true, Millis(5'000));
  CHECK(bench.board.button().is_pressed() == true);
  CHECK(visitor.heard() == "ok\n");

  bench.clock.advance(Millis(1'234));
  visitor.send("release\n");
  edges = bench.pump();
  REQUIRE(edges.size() == 1);
  check_edge(edges[0], false, Millis(6'234));
  CHECK(bench.board.button().is_pressed() == false);
  CHECK(visitor.heard() == "ok\n");
}

TEST_CASE("pressing what is down and releasing what is up is no edge") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("release\n");
  CHECK(bench.pump().empty());
  visitor.send("press\npress\n");
  CHECK(bench.pump().size() == 1);
  CHECK(visitor.heard() == "ok\nok\nok\n");
}

TEST_CASE("a tap lasts 80 ms and is answered when it is over") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("tap\n");
  auto edges = bench.pump();
  REQUIRE(edges.size() == 1);
  check_edge(edges[0], true, Millis(5'000));
  bench.clock.advance(Millis(79));
  CHECK(bench.pump().empty());
  CHECK(visitor.heard().empty());
  bench.clock.advance(Millis(1));
  edges = bench.pump();
  REQUIRE(edges.size() == 1);
  check_edge(edges[0], false, Millis(5'080));
  CHECK(visitor.heard() == "ok\n");
  CHECK_FALSE(readable(bench.board.button().descriptor()));
}

TEST_CASE("a hold that is looked at late was as long as asked for") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("hold 3000\n");
  bench.pump();
  bench.clock.advance(Millis(3'456));
  const auto edges = bench.pump();
  REQUIRE(edges.size() == 1);
  check_edge(edges[0], false, Millis(8'000));
}

TEST_CASE("lines sent during a tap wait for its end and keep their order") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("tap\nled\nhold 500\nled\n");
  CHECK(bench.pump().size() == 1);
  CHECK(visitor.heard().empty());
  bench.clock.advance(Millis(80));
  CHECK(bench.pump().size() == 2);
  CHECK(visitor.heard() == "ok\nled 0 5000\n");
  bench.clock.advance(Millis(500));
  CHECK(bench.pump().size() == 1);
  CHECK(visitor.heard() == "ok\nled 0 5000\n");
}

TEST_CASE("one finger at a time: a tap while the button is down is refused") {
  Bench bench;
  auto holder = bench.visitor();
  auto other = bench.visitor();
  holder.send("hold 1000\n");
  bench.pump();
  other.send("tap\nhold 5\n");
  CHECK(bench.pump().empty());
  CHECK(other.heard() ==
        "error: the button is down already; release it first\n"
        "error: the button is down already; release it first\n");
}

TEST_CASE("somebody else's release ends a hold, answers it, and lets its next lines go on") {
  Bench bench;
  auto holder = bench.visitor();
  auto other = bench.visitor();
  holder.send("hold 1000\ntap\n");
  bench.pump();
  bench.clock.advance(Millis(200));
  other.send("release\n");
  const auto edges = bench.pump();
  REQUIRE(edges.size() == 2);
  check_edge(edges[0], false, Millis(5'200));
  check_edge(edges[1], true, Millis(5'200));
  CHECK(holder.heard() == "ok\n");
  CHECK(other.heard() == "ok\n");
  bench.clock.advance(Millis(80));
  CHECK(bench.pump().size() == 1);
  CHECK(holder.heard() == "ok\n");
  bench.clock.advance(Millis(5'000));
  CHECK(bench.pump().empty());
}

TEST_CASE("a press outlives the connection that made it, and so does a tap") {
  Bench bench;
  {
    auto visitor = bench.visitor();
    visitor.send("press\n");
    bench.pump();
  }
  bench.pump();
  CHECK(bench.board.button().is_pressed() == true);
  auto visitor = bench.visitor();
  visitor.send("release\n");
  bench.pump();
  visitor.send("tap\n");
  bench.pump();
  visitor.leave();
  CHECK(bench.pump().empty());
  CHECK(bench.board.button().is_pressed() == true);
  bench.clock.advance(Millis(80));
  CHECK(bench.pump().size() == 1);
}

TEST_CASE("who leaves before the board looked is obeyed all the same") {
  Bench bench;
  {
    const Visitor visitor(bench.board.socket_path());
    visitor.send("press\nrelease\n");
  }
  CHECK(bench.pump().size() == 2);
  auto visitor = bench.visitor();
  visitor.send("press\nrelease\npress\n");
  visitor.leave();
  CHECK(bench.pump().size() == 3);
}

TEST_CASE("the end of input is the end of the talk, once everything is answered") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("tap\nled");
  visitor.end_input();
  bench.pump();
  CHECK(visitor.heard().empty());
  CHECK_FALSE(visitor.ended());
  bench.clock.advance(Millis(80));
  bench.pump();
  CHECK(visitor.heard() == "ok\nled 0 5000\n");
  CHECK(visitor.ended());
}

TEST_CASE("every change of the LED reaches every client, with its time") {
  Bench bench;
  auto one = bench.visitor();
  auto two = bench.visitor();
  for (const bool on : {true, true, false}) {
    bench.clock.advance(Millis(100));
    CHECK(bench.board.led().set(on).has_value());
  }
  CHECK(one.heard() == "led 1 5100\nled 0 5300\n");
  CHECK(two.heard() == "led 1 5100\nled 0 5300\n");
}

TEST_CASE("nonsense is answered with the commands, and hurts nobody") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("open sesame\n\nled\r\n");
  CHECK(bench.pump().empty());
  CHECK(visitor.heard() == std::string(kUnknown) + kUnknown + "led 0 5000\n");
  visitor.send(std::string("pr\0ess\n\xff\xfe\n", 10));
  CHECK(bench.pump().empty());
  CHECK(visitor.heard() == std::string(kUnknown) + kUnknown);
}

TEST_CASE("a line may come in pieces") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send("pr");
  CHECK(bench.pump().empty());
  visitor.send("ess");
  CHECK(bench.pump().empty());
  visitor.send("\nrel");
  CHECK(bench.pump().size() == 1);
  visitor.send("ease\n");
  CHECK(bench.pump().size() == 1);
}

TEST_CASE("a line of 256 bytes is a line, a longer one ends the connection") {
  Bench bench;
  auto visitor = bench.visitor();
  visitor.send(std::string(256, 'x') + "\r\n");
  bench.pump();
  CHECK(visitor.heard() == kUnknown);
  CHECK_FALSE(visitor.ended());
  SUBCASE("with its end") { visitor.send(std::string(257, 'x') + "\npress\n"); }
  SUBCASE("without one") { visitor.send(std::string(258, 'x')); }
  SUBCASE("by far") { visitor.send(std::string(100'000, 'x')); }
  CHECK(bench.pump().empty());
  CHECK(visitor.heard() == "error: a line is at most 256 bytes long\n");
  auto next = bench.visitor();
  next.send("press\n");
  CHECK(bench.pump().size() == 1);
}

TEST_CASE("the ninth client is turned away, and let in when another has left") {
  Bench bench;
  std::vector<Visitor> visitors;
  for (std::size_t i = 0; i < hal::kMaxLineClients; ++i) visitors.push_back(bench.visitor());
  Visitor ninth(bench.board.socket_path());
  bench.pump();
  CHECK(ninth.heard() == "error: at most 8 connections at a time\n");
  CHECK(ninth.ended());
  visitors.pop_back();
  bench.pump();
  auto late = bench.visitor();
  late.send("press\n");
  CHECK(bench.pump().size() == 1);
}

TEST_CASE("a client that never reads is dropped, the others miss nothing") {
  Bench bench;
  auto reader = bench.visitor();
  auto sleeper = bench.visitor();
  std::size_t edges = 0;
  std::string heard;
  for (; edges < 20'000; ++edges) {
    REQUIRE(bench.board.led().set(edges % 2 == 0).has_value());
    heard += reader.heard();
  }
  CHECK(static_cast<std::size_t>(std::count(heard.begin(), heard.end(), '\n')) == edges);
  bench.pump();
  (void)sleeper.heard();
  CHECK(sleeper.ended());
  CHECK_FALSE(reader.ended());
}

TEST_CASE("a client that never stops talking does not keep the caller") {
  Bench bench;
  auto flood = bench.visitor();
  std::string lines;
  while (lines.size() < 60'000) lines += "press\nrelease\n";
  flood.send(lines);
  std::size_t all = 0;
  int wake_ups = 0;
  for (; readable(bench.board.button().descriptor()); ++wake_ups) {
    std::size_t edges = 0;
    while (bench.board.button().next_edge()->has_value()) ++edges;
    CHECK(edges < 1'000);
    all += edges;
    (void)flood.heard();
  }
  CHECK(wake_ups > 10);
  CHECK(all == static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')));
}

TEST_CASE("the board works in real time, through the kernel's timer") {
  const test::TempFolder folder;
  const clock::BoottimeClock clock;
  auto alarm = clock::TimerfdAlarm::open();
  REQUIRE(alarm.has_value());
  auto board = SimBoard::open(folder.path(), clock, *alarm);
  REQUIRE(board.has_value());
  auto moved = std::move(*board);
  auto& button = moved.button();
  Visitor visitor(moved.socket_path());
  visitor.send("tap\n");
  std::vector<Edge> edges;
  while (edges.size() < 2) {
    REQUIRE(readable(button.descriptor(), Millis(10'000)));
    while (true) {
      const auto edge = button.next_edge();
      REQUIRE(edge.has_value());
      if (!*edge) break;
      edges.push_back(**edge);
    }
  }
  CHECK(edges[0].pressed);
  CHECK_FALSE(edges[1].pressed);
  CHECK(edges[1].at - edges[0].at == Millis(80));
  const auto heard = visitor.heard();
  CHECK(heard.substr(heard.find('\n') + 1) == "ok\n");
  CHECK_FALSE(readable(button.descriptor()));
}
