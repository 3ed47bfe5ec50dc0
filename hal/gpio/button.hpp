// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/time.hpp"

namespace latchkey::gpio {

/// A change of the button's line, as it was: not debounced. `at` is the source's own time stamp.
struct Edge {
  bool pressed = false;
  Instant at{};
  /// Changes before it were lost: nothing is known of any level before `at`. May tell the level
  /// that was told last.
  bool after_loss = false;
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
  /// What is worth a line in the log at the start; empty: nothing.
  [[nodiscard]] virtual std::string remark() const { return {}; }
};

}  // namespace latchkey::gpio
