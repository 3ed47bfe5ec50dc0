// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/gpiod_button.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace latchkey::gpio {
namespace {

constexpr int kBatches = 4;  // a wake-up
constexpr auto* kReading = "reading";

}  // namespace

GpiodButton::GpiodButton(std::unique_ptr<InputLine> line, const clock::Clock& clock,
                         std::string words)
    : line_(std::move(line)), clock_(clock), words_(std::move(words)) {}

Result<std::optional<Edge>> GpiodButton::next_edge() {
  if (edges_.empty()) {
    if (std::exchange(gave_edges_, false)) return std::optional<Edge>();
    if (auto taken = take_edges(); !taken) return fail(std::move(taken));
  }
  if (edges_.empty()) return std::optional<Edge>();
  gave_edges_ = true;
  const auto edge = edges_.front();
  edges_.pop_front();
  return edge;
}

Result<void> GpiodButton::take_edges() {
  bool lost = false;
  std::vector<Edge> taken;
  for (int batches = 0; batches < kBatches; ++batches) {
    const auto batch = line_->read_edges();
    if (!batch) return tl::make_unexpected(lost_line_error(batch.error(), kReading, words_));
    taken.insert(taken.end(), batch->edges.begin(), batch->edges.end());
    lost = lost || batch->lost;
    if (!batch->full) break;
  }
  if (!lost) {
    for (const auto& edge : taken) add(edge);
    return {};
  }
  const auto pressed = is_pressed();
  if (!pressed) return tl::make_unexpected(pressed.error());
  add({*pressed, clock_.now(), true});
  return {};
}

void GpiodButton::add(Edge edge) {
  // An edge that was made has the time of the question; one that the kernel brings afterwards may
  // be older.
  if (last_) edge.at = std::max(edge.at, last_->at);
  edges_.push_back(edge);
  last_ = edge;
}

Result<bool> GpiodButton::is_pressed() {
  const auto active = line_->is_active();
  if (!active) return tl::make_unexpected(lost_line_error(active.error(), kReading, words_));
  return *active;
}

}  // namespace latchkey::gpio
