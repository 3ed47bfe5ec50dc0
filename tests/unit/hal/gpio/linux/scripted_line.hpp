// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "hal/gpio/linux/gpiod_lines.hpp"

namespace latchkey::test {

/// An input line whose kernel is a test. What it is to say outlives the line.
class ScriptedLine final : public gpio::InputLine {
 public:
  struct Script {
    std::deque<gpio::EdgeBatch> batches;
    bool active = false;
    std::optional<int> error;  ///< errno of everything from now on
    int reads = 0;
    int looks = 0;
  };

  explicit ScriptedLine(Script& script) : script_(script) {}

  [[nodiscard]] int descriptor() const override { return 42; }
  [[nodiscard]] gpio::Attempt<gpio::EdgeBatch> read_edges() override {
    ++script_.reads;
    if (script_.error) return tl::make_unexpected(*script_.error);
    if (script_.batches.empty()) return gpio::EdgeBatch{};
    auto batch = std::move(script_.batches.front());
    script_.batches.pop_front();
    return batch;
  }
  [[nodiscard]] gpio::Attempt<bool> is_active() override {
    ++script_.looks;
    if (script_.error) return tl::make_unexpected(*script_.error);
    return script_.active;
  }

 private:
  Script& script_;
};

}  // namespace latchkey::test
