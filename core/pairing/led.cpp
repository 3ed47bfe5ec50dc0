// SPDX-License-Identifier: MIT
#include "core/pairing/led.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace latchkey::pairing {
namespace {

constexpr Segment on(int millis) { return {true, Millis{millis}}; }
constexpr Segment off(int millis) { return {false, Millis{millis}}; }

constexpr std::array kWindowOpen{on(500), off(500)};
constexpr std::array kTouch{on(100), off(150), on(100), off(1150)};
constexpr std::array kWorking{on(50), off(50)};
constexpr std::array kDone{on(3000)};
constexpr std::array kRefused{on(1000), off(500)};
constexpr std::array kStartAgain{on(100), off(100)};
constexpr std::array kLocked{on(50), off(2950)};
constexpr std::array kConfirm{on(850), off(150)};
constexpr std::array kUndone{on(150), off(300), on(400), off(300), on(900), off(300)};
constexpr std::array kFault{on(800), off(300), on(800), off(300),
                            on(150), off(300), on(150), off(1200)};
constexpr std::array kIdentify{on(125), off(125), on(125), off(250)};

constexpr std::array kTable{
    PatternRow{Pattern::off, "off", "dark", "closed", {}, 0},
    PatternRow{Pattern::window_open, "window_open", "slow pulse, once a second",
               "the window is open: run latchkey enroll now", kWindowOpen, 0},
    PatternRow{Pattern::code,
               "code",
               "long on, then groups of 1 to 5 blinks",
               "the code: count the groups and type them",
               {},
               0},
    PatternRow{Pattern::touch, "touch", "two quick blinks, pause", "touch the security key", kTouch,
               0},
    PatternRow{Pattern::working, "working", "fast flicker", "working", kWorking, 0},
    PatternRow{Pattern::done, "done", "solid for 3 s", "done: the key is enrolled", kDone, 1},
    PatternRow{Pattern::refused, "refused", "three slow long blinks", "refused or failed", kRefused,
               3},
    PatternRow{Pattern::start_again, "start_again", "rapid blinking for 3 s",
               "two peers at once or too many wrong codes: start again", kStartAgain, 15},
    PatternRow{Pattern::locked, "locked", "one very short blink every 3 s",
               "locked after too many failed windows: wait", kLocked, 0},
    PatternRow{Pattern::confirm, "confirm", "on, one short gap each second",
               "press again to confirm", kConfirm, 0},
    PatternRow{Pattern::undone, "undone", "three pulses, each longer, then dark",
               "undone: the key is taken out again", kUndone, 1},
    PatternRow{Pattern::fault, "fault", "two long, two short, repeating",
               "a fault: see latchkeyctl status", kFault, 0},
    PatternRow{Pattern::identify, "identify", "even fast pairs for 10 s", "this is the one",
               kIdentify, 16},
};

const PatternRow& row_of(Pattern pattern) noexcept {
  const auto index = static_cast<std::size_t>(pattern);
  return index < kTable.size() ? kTable[index] : kTable[0];
}

/// The beat of a code. At normal speed one pass is 16 s for an average code and 21.8 s at most;
/// the gap between groups is nearly four times the one inside a group.
struct Beat {
  Millis lead;     ///< dark before the first pass, so that the long on is seen to begin
  Millis mark;     ///< the long on, the same at every speed
  Millis settle;   ///< dark after it
  Millis blink;    ///< on
  Millis between;  ///< dark inside a group
  Millis gap;      ///< dark between groups
  Millis rest;     ///< dark after the last group
};

constexpr Beat beat_of(Speed speed) noexcept {
  const auto scale = [speed](int millis) {
    const int percent = speed == Speed::slow ? 150 : speed == Speed::fast ? 70 : 100;
    return Millis{millis * percent / 100};
  };
  return {Millis{500}, Millis{1500}, scale(1000), scale(180), scale(180), scale(700), scale(1400)};
}

LedProgram code_program(Speed speed, std::string_view digits) {
  const Beat beat = beat_of(speed);
  LedProgram program;
  program.intro.push_back({false, beat.lead});
  program.cycle.push_back({true, beat.mark});
  program.cycle.push_back({false, beat.settle});
  for (const char digit : digits) {
    if (digit < '1' || digit > '5') continue;
    for (char blink = '1'; blink <= digit; ++blink) {
      program.cycle.push_back({true, beat.blink});
      program.cycle.push_back({false, blink == digit ? beat.gap : beat.between});
    }
  }
  program.cycle.back().length = beat.rest;
  return program;
}

void append(Segments& segments, const PatternRow& row, int times) {
  for (int i = 0; i < times; ++i) {
    segments.insert(segments.end(), row.steps.begin(), row.steps.end());
  }
}

Millis length_of(const Segments& segments) noexcept {
  return std::accumulate(segments.begin(), segments.end(), Millis{},
                         [](Millis sum, const Segment& segment) { return sum + segment.length; });
}

}  // namespace

Millis LedProgram::intro_length() const noexcept { return length_of(intro); }
Millis LedProgram::cycle_length() const noexcept { return length_of(cycle); }

std::span<const PatternRow> patterns() noexcept { return kTable; }
std::string_view name(Pattern pattern) noexcept { return row_of(pattern).name; }

LedProgram make_program(Pattern pattern, Pattern then, Speed speed, std::string_view digits) {
  if (pattern == Pattern::code) return code_program(speed, digits);
  const PatternRow& row = row_of(pattern);
  LedProgram program;
  if (row.times == 0) {
    append(program.cycle, row, 1);
    return program;
  }
  append(program.intro, row, row.times);
  const PatternRow& next = row_of(then);
  append(next.times == 0 ? program.cycle : program.intro, next, std::max<int>(next.times, 1));
  return program;
}

Level level_at(const LedProgram& program, Millis since_start) {
  const Millis since = std::max(since_start, Millis{});
  const Millis intro = program.intro_length();
  const Millis cycle = program.cycle_length();
  const std::size_t repeated = cycle > Millis{} ? program.cycle.size() : 0;
  const auto segment = [&](std::size_t i) {
    if (i < program.intro.size()) return program.intro[i];
    return repeated == 0 ? Segment{} : program.cycle[(i - program.intro.size()) % repeated];
  };

  std::size_t first = 0;
  Millis end{};  // of the segments before `first`
  if (repeated != 0 && since >= intro) {
    first = program.intro.size();
    end = intro + (since - intro) / cycle * cycle;
  }
  // Whatever changes at all has changed when the intro and the cycle were seen twice.
  const std::size_t last = program.intro.size() + 2 * repeated;
  std::optional<bool> level;
  for (std::size_t i = first; i < first + last && (repeated != 0 || i < last); ++i) {
    const Segment now = segment(i);
    if (level && now.on != *level) return {*level, end};
    end += now.length;
    if (!level && since < end) level = now.on;
  }
  if (repeated == 0 && level.value_or(false)) return {true, end};
  return {level.value_or(false), std::nullopt};
}

}  // namespace latchkey::pairing
