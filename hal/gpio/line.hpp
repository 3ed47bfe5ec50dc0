// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// Which line of which GPIO chip, and how it is wired.
namespace latchkey::gpio {

/// A line, wherever the kernel has put its chip: chips are known by their label, since their
/// numbers differ from kernel to kernel.
struct Line {
  std::string chip;                ///< label: "pinctrl-bcm2711", "pinctrl-rp1"
  std::string name;                ///< the kernel's name of the line ("GPIO17"); empty: by offset
  std::optional<unsigned> offset;  ///< on the chip; used where `name` is empty
  friend bool operator==(const Line&, const Line&) = default;
};

enum class Bias : std::uint8_t { as_is, disabled, pull_up, pull_down };
enum class Active : std::uint8_t { low, high };  ///< the level that means pressed, or lit

struct ButtonLine {
  Line line;
  Bias bias = Bias::pull_up;
  Active active = Active::low;
  friend bool operator==(const ButtonLine&, const ButtonLine&) = default;
};

struct LedLine {
  Line line;
  Active active = Active::high;
  friend bool operator==(const LedLine&, const LedLine&) = default;
};

/// An LED of the kernel's own, in /sys/class/leds: "ACT".
struct SysfsLedName {
  std::string name;
  friend bool operator==(const SysfsLedName&, const SysfsLedName&) = default;
};

}  // namespace latchkey::gpio
