// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/gpiod_led.hpp"

#include <utility>

namespace latchkey::gpio {

GpiodLed::GpiodLed(std::unique_ptr<OutputLine> line, std::string words)
    : line_(std::move(line)), words_(std::move(words)) {}

GpiodLed::~GpiodLed() {
  // What the line does when nobody holds it is the driver's affair: most keep the level.
  if (on_) static_cast<void>(line_->set(false));
}

Result<void> GpiodLed::set(bool on) {
  if (on == on_) return {};
  if (const auto done = line_->set(on); !done) {
    return tl::make_unexpected(lost_line_error(done.error(), "setting", words_));
  }
  on_ = on;
  return {};
}

}  // namespace latchkey::gpio
