// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "hal/gpio/button.hpp"
#include "hal/gpio/line.hpp"
#include "hal/gpio/linux/gpio_chips.hpp"

/// What is needed of libgpiod, whichever it is: gpiod1_lines.cpp does it with 1.6, gpiod2_lines.cpp
/// with 2.x, and CMake takes one of them. Nothing blocks.
namespace latchkey::gpio {

/// A value or an errno: the sentence is made by whoever knows the whole story.
template <class T>
using Attempt = tl::expected<T, int>;

/// Edges as the kernel had them.
struct EdgeBatch {
  std::vector<Edge> edges;  ///< oldest first; empty: none
  bool full = false;        ///< there may be more
  bool lost = false;        ///< the kernel's queue ran over, or may have: some are missing
};

/// A line that was asked for as an input; given back at the end.
class InputLine {
 public:
  virtual ~InputLine() = default;
  /// Readable while there are edges, and when the chip is gone; -1 for a line without edges.
  [[nodiscard]] virtual int descriptor() const = 0;
  /// ENODEV: the chip is gone.
  [[nodiscard]] virtual Attempt<EdgeBatch> read_edges() = 0;
  [[nodiscard]] virtual Attempt<bool> is_active() = 0;
};

/// A line that was asked for as an output, inactive at first; given back at the end as it is then.
class OutputLine {
 public:
  virtual ~OutputLine() = default;
  [[nodiscard]] virtual Attempt<void> set(bool active) = 0;
};

enum class Edges : std::uint8_t { none, both };

/// The chip behind a character device, and all its lines.
[[nodiscard]] Attempt<SeenChip> look_at_chip(const std::string& path);
[[nodiscard]] Attempt<std::unique_ptr<InputLine>> request_input(const Spot& spot, Bias bias,
                                                                Active active, Edges edges);
[[nodiscard]] Attempt<std::unique_ptr<OutputLine>> request_output(const Spot& spot, Active active);

}  // namespace latchkey::gpio
