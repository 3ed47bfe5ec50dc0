// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/gpio/linux/gpiod_lines.hpp"
#include "hal/gpio/status_led.hpp"

namespace latchkey::gpio {

/// A line as an LED. It is off when it comes, and switched off when it goes.
class GpiodLed final : public StatusLed {
 public:
  /// `words` is what the line is called in sentences.
  GpiodLed(std::unique_ptr<OutputLine> line, std::string words);
  ~GpiodLed() override;
  GpiodLed(const GpiodLed&) = delete;
  GpiodLed& operator=(const GpiodLed&) = delete;
  GpiodLed(GpiodLed&&) = delete;
  GpiodLed& operator=(GpiodLed&&) = delete;

  [[nodiscard]] Result<void> set(bool on) override;

 private:
  std::unique_ptr<OutputLine> line_;
  std::string words_;
  bool on_ = false;
};

}  // namespace latchkey::gpio
