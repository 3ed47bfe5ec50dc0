// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/crypto/wiping_allocator.hpp"
#include "core/time.hpp"

/// The language of the one LED: on and off are its only words, so that it reads the same for a
/// colour-blind person. The patterns are one table, from which the docs' pictures and the
/// simulator's display are drawn.
namespace latchkey::pairing {

enum class Pattern : std::uint8_t {
  off,          ///< closed
  window_open,  ///< slow pulse, 1 Hz
  code,         ///< long on, then the groups of the code
  touch,        ///< two quick blinks, pause: touch the security key
  working,      ///< fast flicker
  done,         ///< solid 3 s
  refused,      ///< three slow long blinks: refused or failed
  start_again,  ///< rapid blinking 3 s: overlap or too many wrong codes
  locked,       ///< one very short blink every 3 s
  confirm,      ///< on, one short gap each second: press again
  undone,       ///< three rising pulses
  fault,        ///< two long, two short: see latchkeyctl doctor
  identify,     ///< even fast pairs for 10 s
};

/// How fast a code blinks; the other patterns have one speed each.
enum class Speed : std::uint8_t { slow, normal, fast };

struct Segment {
  bool on = false;
  Millis length{};
  friend bool operator==(const Segment&, const Segment&) = default;
};
/// Wiped when it goes: the lengths of a code's segments give the code away.
using Segments = std::vector<Segment, crypto::WipingAllocator<Segment>>;

/// What the LED does from the moment a pattern starts: `intro` once, then `cycle` over and over;
/// without a cycle it stays off.
struct LedProgram {
  Segments intro;
  Segments cycle;

  /// How long the intro is; after it a program without cycle has ended.
  [[nodiscard]] Millis intro_length() const noexcept;
  [[nodiscard]] Millis cycle_length() const noexcept;
  friend bool operator==(const LedProgram&, const LedProgram&) = default;
};

/// A row of the table. `steps` is empty for off and for code (made of its digits).
struct PatternRow {
  Pattern pattern;
  std::string_view name;   ///< stable, snake_case
  std::string_view looks;  ///< "slow pulse, once a second"
  std::string_view means;  ///< "the window is open"
  std::span<const Segment> steps;
  std::uint8_t times;  ///< how often the steps are played; 0: until something else is shown
};
[[nodiscard]] std::span<const PatternRow> patterns() noexcept;
[[nodiscard]] std::string_view name(Pattern pattern) noexcept;

/// `digits` matters for Pattern::code alone (BlinkCode::digits(); other characters are skipped).
/// A pattern that ends by itself is followed by `then`; `then` cannot be Pattern::code.
[[nodiscard]] LedProgram make_program(Pattern pattern, Pattern then = Pattern::off,
                                      Speed speed = Speed::normal, std::string_view digits = {});

struct Level {
  bool on = false;
  std::optional<Millis> next_change;  ///< since the start; none: steady, nothing to wake up for
  friend bool operator==(const Level&, const Level&) = default;
};
/// The level `since_start` after the program began (negative counts as 0).
[[nodiscard]] Level level_at(const LedProgram& program, Millis since_start);

}  // namespace latchkey::pairing
