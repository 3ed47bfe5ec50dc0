// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "hal/clock/clock.hpp"
#include "hal/gpio/button.hpp"
#include "hal/gpio/linux/gpiod_lines.hpp"

namespace latchkey::gpio {

/// A line with edges as a button: at rest no system call, one for each wake-up that brings edges.
///
/// The kernel keeps 16 edges (libgpiod 1.6) or 64 (2.x); of a line that is noisier than this
/// program is quick, some are lost. Then no level is known to have stood, neither in the burst nor
/// since the edge before it: of the whole burst nothing is told but the level that the line has
/// afterwards, with the time of the question and `after_loss`, be it a change or not. (The last
/// edge that was kept or told would else seem to be a level that stood until then: a press made of
/// noise.) The button never stays pressed, or released, by a loss. Time stamps never go backwards.
class GpiodButton final : public Button {
 public:
  /// `words` is what the line is called in sentences. The clock must outlive the button.
  GpiodButton(std::unique_ptr<InputLine> line, const clock::Clock& clock, std::string words);

  [[nodiscard]] int descriptor() const override { return line_->descriptor(); }
  /// A line that never falls silent does not keep the caller for ever: after some edges there is a
  /// nullopt, and the descriptor stays readable.
  [[nodiscard]] Result<std::optional<Edge>> next_edge() override;
  [[nodiscard]] Result<bool> is_pressed() override;

 private:
  [[nodiscard]] Result<void> take_edges();
  void add(Edge edge);

  std::unique_ptr<InputLine> line_;
  const clock::Clock& clock_;
  std::string words_;
  std::deque<Edge> edges_;
  std::optional<Edge> last_;  // that was added
  bool gave_edges_ = false;   // since the last nullopt
};

}  // namespace latchkey::gpio
