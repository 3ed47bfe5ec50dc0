// SPDX-License-Identifier: MIT
#pragma once

#include "core/time.hpp"

namespace latchkey::token {

/// How often to look at what is plugged in once something has been plugged in or pulled out. A
/// hidraw node comes some milliseconds after the USB device that it belongs to; where a driver has
/// to be loaded first, or everything is busy, seconds.
struct Pace {
  Millis quick{50};
  unsigned quick_looks = 60;
  Millis slow{250};  ///< then; and for ever where nobody tells what is plugged in
  unsigned slow_looks = 20;
  /// And then, for ever: not all that comes and goes is told. A device may wait to be let in, a
  /// node be made anew without its device, udevd be stopped, a message be lost.
  Millis calm{1000};
};

/// When to look next, by how often there was nothing new to hear.
class Rhythm final {
 public:
  explicit Rhythm(Pace pace = {}) noexcept : pace_(pace) {}

  /// Something was plugged in or pulled out: look at once, and quickly for a while.
  void stir() noexcept { looks_ = 0; }
  /// How long to wait after the look that was just taken, unless there is a stir() before.
  [[nodiscard]] Millis after_look() noexcept;

 private:
  Pace pace_;
  unsigned looks_ = 0;  ///< since the last stir()
};

}  // namespace latchkey::token
