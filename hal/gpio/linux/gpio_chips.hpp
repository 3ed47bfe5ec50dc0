// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "hal/gpio/line.hpp"

/// Which of the machine's GPIO chips and lines is meant, and the sentences for when none is. Pure.
namespace latchkey::gpio {

inline constexpr auto* kConsumer = "latchkey";  ///< what others are told who uses our lines

struct SeenLine {
  std::string name;  ///< empty: it has none
  bool used = false;
  std::string consumer;  ///< who uses it, as they say; empty: they do not say, or nobody does
};

struct SeenChip {
  std::string path;  ///< "/dev/gpiochip0"
  std::string label;
  std::vector<SeenLine> lines;  ///< by offset
};

/// A chip that could not be looked at.
struct ClosedChip {
  std::string path;
  int error = 0;      ///< errno
  std::string group;  ///< whose members may open it; empty: nobody's but root's
};

struct SeenChips {
  std::vector<SeenChip> chips;
  std::vector<ClosedChip> closed;
};

/// Where a line is.
struct Spot {
  std::string path;
  unsigned offset = 0;
  std::string words;  ///< for sentences: "line GPIO17 of pinctrl-bcm2711 (gpiochip0)"
};

/// The one line that is meant. The kernel cuts names to 31 bytes, so longer ones are compared by
/// their first 31. Errors: Errc::malformed (neither name nor offset), Errc::not_found (no chip of
/// this label, no such line: with those that there are), Errc::refused (on several chips of this
/// label), errno (the chip may be one that could not be opened).
[[nodiscard]] Result<Spot> find_line(const Line& wanted, const SeenChips& seen);

/// Why a line could not be had: `error` is what the kernel said to the request, `line` what it
/// says of the line.
[[nodiscard]] Error request_error(int error, const Spot& spot, const SeenLine& line);
/// Whether a line that was refused with edges is worth asking for without: drivers say in many ways
/// that they have no interrupt for it (ENXIO, ENODEV, EINVAL, even EBUSY of a line nobody uses).
[[nodiscard]] bool may_lack_edges(int error, const SeenLine& line);
/// Why a line that was had does not work any more. `doing`: "reading", "setting".
[[nodiscard]] Error lost_line_error(int error, const std::string& doing, const std::string& words);

}  // namespace latchkey::gpio
