// SPDX-License-Identifier: MIT
#include "core/pairing/led.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/pairing/blink_code.hpp"
#include "core/pairing/led_decoder.hpp"
#include "tests/unit/pairing/seeded_random.hpp"

namespace latchkey::pairing {

namespace {

constexpr Speed kSpeeds[] = {Speed::slow, Speed::normal, Speed::fast};

/// Plays a program the way a daemon does: asks for the level, sleeps until the next change.
std::vector<LedEdge> play(const LedProgram& program, Millis until) {
  std::vector<LedEdge> edges;
  bool lit = false;
  Millis now{};
  for (;;) {
    const Level level = level_at(program, now);
    if (level.on != lit) edges.push_back({now, lit = level.on});
    if (!level.next_change || *level.next_change >= until) return edges;
    REQUIRE(*level.next_change > now);
    now = *level.next_change;
    REQUIRE(level_at(program, now).on != lit);
  }
}

LedProgram program_of(Pattern pattern) {
  return make_program(pattern, Pattern::off, Speed::normal, "12345432");
}

TEST_CASE("each pattern has its row, in order, with a name of its own") {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < patterns().size(); ++i) {
    CHECK(static_cast<std::size_t>(patterns()[i].pattern) == i);
    CHECK(name(patterns()[i].pattern) == patterns()[i].name);
    names.emplace_back(patterns()[i].name);
  }
  CHECK(names.size() == static_cast<std::size_t>(Pattern::identify) + 1);
  std::sort(names.begin(), names.end());
  CHECK(std::unique(names.begin(), names.end()) == names.end());
}

TEST_CASE("no two patterns look alike, by their edges alone") {
  for (const auto& a : patterns()) {
    for (const auto& b : patterns()) {
      if (a.pattern == b.pattern) continue;
      CAPTURE(a.name);
      CAPTURE(b.name);
      // 3.5 s are enough to tell them apart, and a quarter of a second is what an eye needs.
      const auto left = play(program_of(a.pattern), Millis{3500});
      const auto right = play(program_of(b.pattern), Millis{3500});
      bool apart = left.size() != right.size();
      for (std::size_t i = 0; !apart && i < left.size(); ++i) {
        apart =
            std::max(left[i].at, right[i].at) - std::min(left[i].at, right[i].at) >= Millis{100};
      }
      CHECK(apart);
    }
  }
}

TEST_CASE("a steady level asks for no wake-up") {
  CHECK(level_at(make_program(Pattern::off), Millis{0}) == Level{false, std::nullopt});
  CHECK(level_at(LedProgram{}, Millis{1'000'000}) == Level{false, std::nullopt});
  const auto done = make_program(Pattern::done);
  CHECK(level_at(done, Millis{0}) == Level{true, Millis{3000}});
  CHECK(level_at(done, Millis{2999}) == Level{true, Millis{3000}});
  CHECK(level_at(done, Millis{3000}) == Level{false, std::nullopt});
  const LedProgram lit{{}, {{true, Millis{5}}, {true, Millis{7}}}};
  CHECK(level_at(lit, Millis{11}) == Level{true, std::nullopt});
  const LedProgram empty_cycle{{{true, Millis{5}}}, {{true, Millis{0}}}};
  CHECK(level_at(empty_cycle, Millis{4}) == Level{true, Millis{5}});
  CHECK(level_at(empty_cycle, Millis{5}) == Level{false, std::nullopt});
}

TEST_CASE("time before the start counts as the start") {
  CHECK(level_at(make_program(Pattern::window_open), Millis{-5}) == Level{true, Millis{500}});
}

TEST_CASE("the next change is the next real one, across the seam of a cycle") {
  const auto pulse = make_program(Pattern::window_open);
  CHECK(level_at(pulse, Millis{999}) == Level{false, Millis{1000}});
  CHECK(level_at(pulse, Millis{1000}) == Level{true, Millis{1500}});
  const LedProgram seam{{{true, Millis{10}}},
                        {{true, Millis{10}}, {false, Millis{5}}, {true, Millis{20}}}};
  CHECK(level_at(seam, Millis{0}) == Level{true, Millis{20}});
  CHECK(level_at(seam, Millis{25}) == Level{true, Millis{55}});
  CHECK(level_at(seam, Millis{35'000'025}) == Level{true, Millis{35'000'055}});
}

TEST_CASE("patterns that end by themselves last what the table says, and then something follows") {
  const auto length = [](Pattern pattern) { return make_program(pattern).intro_length().count(); };
  CHECK(length(Pattern::done) == 3000);
  CHECK(length(Pattern::start_again) == 3000);
  CHECK(length(Pattern::identify) == 10'000);
  CHECK(length(Pattern::refused) == 4500);
  CHECK(play(make_program(Pattern::refused), Millis{60'000}).size() == 6);
  const auto then_open = make_program(Pattern::refused, Pattern::window_open);
  CHECK(level_at(then_open, Millis{4500}) == Level{true, Millis{5000}});
  const auto then_locked = make_program(Pattern::start_again, Pattern::locked);
  CHECK(level_at(then_locked, Millis{3000}) == Level{true, Millis{3050}});
  const auto then_done = make_program(Pattern::refused, Pattern::done);
  CHECK(level_at(then_done, Millis{4500}) == Level{true, Millis{7500}});
  CHECK(level_at(then_done, Millis{7500}) == Level{false, std::nullopt});
}

TEST_CASE("one pass of a code takes about 16 s, at worst 22, at normal speed") {
  double sum = 0;
  Millis longest{};
  std::size_t count = 0;
  std::string typed(8, '1');
  for (int code = 0; code < 390'625; ++code) {
    for (int i = 0, rest = code; i < 8; ++i, rest /= 5)
      typed[static_cast<std::size_t>(i)] = static_cast<char>('1' + rest % 5);
    if (CodeEntry::read(CodeShape::normal, typed).verdict != CodeEntry::Verdict::good) continue;
    const auto pass = make_program(Pattern::code, {}, Speed::normal, typed).cycle_length();
    sum += static_cast<double>(pass.count());
    longest = std::max(longest, pass);
    ++count;
  }
  CHECK(count == 78'125);
  CHECK(longest <= Millis{22'000});
  CHECK(sum / static_cast<double>(count) == doctest::Approx(16'000).epsilon(0.01));
}

TEST_CASE("a code is seen twice at least while it lives") {
  for (const auto shape : {CodeShape::normal, CodeShape::strict}) {
    const std::string longest(group_count(shape), '5');
    for (const auto speed : kSpeeds) {
      const auto program = make_program(Pattern::code, {}, speed, longest);
      const Millis lifetime{shape == CodeShape::strict || speed == Speed::slow ? 150'000 : 90'000};
      CHECK(program.intro_length() + 2 * program.cycle_length() < lifetime);
    }
  }
}

TEST_CASE("what was encoded is decoded, for sampled codes of both shapes at each speed") {
  test::SeededRandom random(3);
  std::mt19937 jitter(5);
  for (const auto shape : {CodeShape::normal, CodeShape::strict}) {
    for (const auto speed : kSpeeds) {
      for (int n = 0; n < 200; ++n) {
        const auto code = BlinkCode::make(shape, random);
        REQUIRE(code.has_value());
        const auto program = make_program(Pattern::code, {}, speed, code->digits());
        const Millis once = program.intro_length() + program.cycle_length() + Millis{1501};
        auto edges = play(program, once);
        CHECK(decode(edges) == std::string(code->digits()));
        for (auto& edge : edges) edge.at += Millis{static_cast<int>(jitter() % 51)};
        CHECK(decode(edges) == std::string(code->digits()));
      }
    }
  }
}

TEST_CASE("a pass that was not seen whole is not a code") {
  const auto program = make_program(Pattern::code, {}, Speed::normal, "12345432");
  const Millis pass = program.cycle_length();
  const auto edges = play(program, 3 * pass);
  const std::string code = "12345432";
  for (std::size_t skip = 0; skip < edges.size(); ++skip) {
    const auto rest = std::span(edges).subspan(skip);
    const auto digits = decode(rest);
    CHECK((!digits || *digits == code));
    if (edges[skip].at < pass) CHECK(digits == code);
  }
  for (std::size_t taken = 0; taken < edges.size(); ++taken) {
    const auto digits = decode(std::span(edges).first(taken));
    CHECK(digits.has_value() == (taken > 0 && edges[taken - 1].at > pass + Millis{1000}));
  }
}

TEST_CASE("the other patterns are no code, and do not disturb one") {
  for (const auto& row : patterns()) {
    if (row.pattern == Pattern::code) continue;
    CAPTURE(row.name);
    auto edges = play(program_of(row.pattern), Millis{60'000});
    CHECK(!decode(edges));
    const Millis start = edges.empty() ? Millis{} : edges.back().at + Millis{20};
    if (!edges.empty() && edges.back().on) edges.push_back({start, false});
    for (const auto& edge : play(program_of(Pattern::code), Millis{40'000})) {
      edges.push_back({edge.at + start, edge.on});
    }
    CHECK(decode(edges) == "12345432");
  }
}

TEST_CASE("an inconsistent code is not told as one") {
  const auto program = make_program(Pattern::code, {}, Speed::normal, "12345433");
  CHECK(!decode(play(program, Millis{90'000})));
}

}  // namespace
}  // namespace latchkey::pairing
