// SPDX-License-Identifier: MIT
#include "hal/gpio/sim/manual_board.hpp"

#include <sys/eventfd.h>

#include <utility>

namespace latchkey::gpio {

ManualButton::ManualButton(const clock::Clock& clock)
    : clock_(clock), event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void ManualButton::change(bool pressed) {
  pressed_ = pressed;
  edges_.push_back({pressed, clock_.now()});
  ::eventfd_write(event_.number(), 1);
}

void ManualButton::fail_with(Error error) {
  error_ = std::move(error);
  ::eventfd_write(event_.number(), 1);
}

Result<std::optional<Edge>> ManualButton::next_edge() {
  eventfd_t count = 0;
  ::eventfd_read(event_.number(), &count);
  if (error_) return tl::make_unexpected(*error_);
  if (edges_.empty()) return std::optional<Edge>();
  const auto edge = edges_.front();
  edges_.pop_front();
  return edge;
}

Result<bool> ManualButton::is_pressed() {
  if (error_) return tl::make_unexpected(*error_);
  return pressed_;
}

Result<void> RecordingLed::set(bool on) {
  if (on == on_) return {};
  if (error_) return tl::make_unexpected(*error_);
  on_ = on;
  changes_.push_back({on, clock_.now()});
  return {};
}

}  // namespace latchkey::gpio
