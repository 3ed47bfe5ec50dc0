// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/gpiod_button.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <vector>

#include "core/pairing/gestures.hpp"
#include "hal/clock/sim/manual_clock.hpp"
#include "tests/unit/hal/gpio/linux/scripted_line.hpp"

using namespace latchkey;
using gpio::Edge;
using gpio::EdgeBatch;

namespace {

Instant at(Millis::rep time) { return Instant(Millis(time)); }

struct Bench {
  Instant start = at(9'000);
  clock::ManualClock clock{start};
  test::ScriptedLine::Script script{};
  gpio::GpiodButton button{std::make_unique<test::ScriptedLine>(script), clock, "line GPIO17"};

  /// What a wake-up gives.
  std::vector<Edge> pump() {
    std::vector<Edge> edges;
    for (;;) {
      const auto edge = button.next_edge();
      REQUIRE(edge.has_value());
      if (!*edge) return edges;
      edges.push_back(**edge);
    }
  }
};

/// Levels in turn, a millisecond apart.
EdgeBatch noise(int count, bool first, Millis::rep since) {
  EdgeBatch batch;
  for (int i = 0; i < count; ++i) batch.edges.push_back({(i % 2 == 0) == first, at(since + i)});
  return batch;
}

}  // namespace

TEST_CASE("a line's edges come in order, with one question to the kernel for each wake-up") {
  Bench bench;
  bench.script.batches = {{{{true, at(5)}, {false, at(9)}}, false, false},
                          {{{true, at(20)}}, false, false}};
  const auto first = bench.pump();
  REQUIRE(first.size() == 2);
  CHECK(first[0].pressed);
  CHECK(first[0].at == at(5));
  CHECK_FALSE(first[1].pressed);
  CHECK(first[1].at == at(9));
  CHECK(bench.script.reads == 1);
  const auto second = bench.pump();
  REQUIRE(second.size() == 1);
  CHECK(second[0].at == at(20));
  CHECK(bench.script.reads == 2);
  CHECK(bench.script.looks == 0);
  CHECK(bench.pump().empty());
}

TEST_CASE("of a burst that ran over only the level afterwards is told") {
  Bench bench;
  auto full = noise(16, true, 100);  // ends released
  full.full = full.lost = true;
  bench.script.batches = {full};
  bench.script.active = true;
  const auto edges = bench.pump();
  REQUIRE(edges.size() == 1);
  CHECK(edges[0].pressed);
  CHECK(edges[0].at == at(9'000));
  CHECK(edges[0].after_loss);
  CHECK(bench.script.reads == 2);  // the queue is drained before the line is asked
}

TEST_CASE("of a burst with a loss in its middle too") {
  Bench bench;
  auto lossy = noise(3, true, 100);
  lossy.lost = true;
  bench.script.batches = {lossy};
  bench.script.active = true;
  CHECK(bench.pump().size() == 1);
  CHECK(bench.script.looks == 1);
}

TEST_CASE("a burst that ran over is told even where it ends as it began") {
  Bench bench;
  auto full = noise(16, true, 200);
  full.full = full.lost = true;
  bench.script.batches = {noise(2, true, 100), full};
  const auto before = bench.pump();
  REQUIRE(before.size() == 2);
  CHECK_FALSE(before[1].after_loss);
  const auto after = bench.pump();
  REQUIRE(after.size() == 1);
  CHECK_FALSE(after[0].pressed);
  CHECK(after[0].after_loss);
}

TEST_CASE("time does not go back behind an edge that was made") {
  Bench bench;
  auto full = noise(16, true, 100);
  full.full = full.lost = true;
  bench.script.batches = {full, {}, {{{false, at(8'999)}}, false, false}};
  bench.script.active = true;
  CHECK(bench.pump().size() == 1);
  const auto late = bench.pump();
  REQUIRE(late.size() == 1);
  CHECK(late[0].at == at(9'000));
}

TEST_CASE("a line that never falls silent does not keep the caller") {
  Bench bench;
  for (int i = 0; i < 50; ++i) {
    auto full = noise(16, true, 100 + 16 * i);
    full.full = full.lost = true;
    bench.script.batches.push_back(full);
  }
  CHECK(bench.pump().size() == 1);
  CHECK(bench.script.reads == 4);
  CHECK(bench.pump().size() == 1);
  CHECK(bench.script.reads == 8);
}

TEST_CASE("a chip that is gone is an error at every question") {
  Bench bench;
  CHECK(bench.button.is_pressed() == false);
  CHECK(bench.button.descriptor() == 42);
  bench.script.error = ENODEV;
  for (int i = 0; i < 2; ++i) {
    const auto edge = bench.button.next_edge();
    REQUIRE_FALSE(edge.has_value());
    CHECK(edge.error().code == std::error_code(ENODEV, std::system_category()));
    CHECK(edge.error().doing.find("reading line GPIO17, whose GPIO chip is gone") == 0);
  }
  CHECK(bench.button.is_pressed().error().code == std::error_code(ENODEV, std::system_category()));
}

namespace {

/// The button's edges as the monitor takes them: edges first, then the time.
struct Person {
  Bench bench{at(0)};
  pairing::GestureRecognizer gestures{at(0), false};
  std::vector<pairing::Gesture> told;

  /// A wake-up at `millis` that brings a batch; the line's level then.
  void wake(Millis::rep millis, EdgeBatch batch, bool active) {
    bench.clock.advance(at(millis) - bench.clock.now());
    bench.script.batches = {std::move(batch)};
    bench.script.active = active;
    for (const auto& edge : bench.pump()) {
      note(gestures.feed({edge.at, edge.pressed, edge.after_loss}));
    }
    note(gestures.advance(bench.clock.now()));
  }
  /// Nothing happens until then.
  void rest(Millis::rep millis) {
    while (const auto due = gestures.next_deadline()) {
      if (*due > at(millis)) break;
      note(gestures.advance(*due));
    }
    note(gestures.advance(at(millis)));
  }
  void note(std::optional<pairing::Gesture> gesture) {
    if (gesture) told.push_back(*gesture);
  }
};

EdgeBatch lost_noise(Millis::rep since) {
  auto full = noise(16, true, since);
  full.lost = true;
  return full;
}

}  // namespace

TEST_CASE("noise that runs over while nobody reads it never is a gesture") {
  Person person;
  person.wake(2000, {{{true, at(2000)}}, false, false}, true);
  SUBCASE("it reads released after a stall") {
    person.wake(2040, lost_noise(2010), false);
    person.rest(2080);
  }
  SUBCASE("it reads as it was told last, time and again") {
    person.wake(2040, lost_noise(2010), true);
    person.wake(2045, lost_noise(2041), true);
    person.wake(2076, lost_noise(2046), false);
  }
  SUBCASE("it reads pressed, then released, at each end of a stall") {
    person.wake(2040, lost_noise(2010), true);
    person.wake(2080, lost_noise(2041), false);
    person.wake(2120, lost_noise(2081), true);
    person.wake(2160, lost_noise(2121), false);
  }
  person.rest(9999);
  CHECK(person.told.empty());
}

TEST_CASE("after noise that ran over a press is a press") {
  Person person;
  person.wake(2000, lost_noise(1990), false);
  person.wake(3000, {{{true, at(3000)}}, false, false}, true);
  person.rest(3090);
  person.wake(3100, {{{false, at(3100)}}, false, false}, false);
  person.rest(9999);
  CHECK(person.told == std::vector{pairing::Gesture::short_press});
}
