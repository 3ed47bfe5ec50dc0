// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "core/error.hpp"
#include "core/time.hpp"

namespace latchkey::gpio {

/// A change of the button's line, as it was: not debounced. `at` is the source's own time stamp.
struct Edge {
  bool pressed = false;
  Instant at;
};

/// A push button, electrically anything.
class Button {
 public:
  virtual ~Button() = default;
  /// Becomes readable when something may have happened; owned by the button.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// The next edge, oldest first; nullopt when there is none now. Never blocks. Take edges until
  /// nullopt before waiting for the descriptor again: it does not speak of edges already read.
  [[nodiscard]] virtual Result<std::optional<Edge>> next_edge() = 0;
  /// The line's level now.
  [[nodiscard]] virtual Result<bool> is_pressed() = 0;
};

}  // namespace latchkey::gpio
