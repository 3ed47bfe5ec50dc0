// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "hal/clock/clock.hpp"
#include "hal/descriptor.hpp"
#include "hal/gpio/button.hpp"
#include "hal/gpio/status_led.hpp"

/// Button and LED for tests in one process.
namespace latchkey::gpio {

/// A button that a test presses. Its descriptor is a real one (an eventfd).
class ManualButton final : public Button {
 public:
  /// The clock, which stamps the edges, must outlive the button.
  explicit ManualButton(const clock::Clock& clock);

  void press() { change(true); }  ///< makes an edge even if it is down: bouncing, a missed release
  void release() { change(false); }
  /// From now on next_edge() and is_pressed() fail with this: a chip that was pulled out.
  void fail_with(Error error);

  [[nodiscard]] int descriptor() const override { return event_.number(); }
  [[nodiscard]] Result<std::optional<Edge>> next_edge() override;
  [[nodiscard]] Result<bool> is_pressed() override;

 private:
  void change(bool pressed);

  const clock::Clock& clock_;
  hal::Descriptor event_;
  std::deque<Edge> edges_;
  bool pressed_ = false;
  std::optional<Error> error_;
};

/// An LED that remembers every change.
class RecordingLed final : public StatusLed {
 public:
  struct Change {
    bool on = false;
    Instant at;
    friend bool operator==(const Change&, const Change&) = default;
  };

  /// The clock, which stamps the changes, must outlive the LED.
  explicit RecordingLed(const clock::Clock& clock) : clock_(clock) {}

  [[nodiscard]] Result<void> set(bool on) override;
  /// From now on set() fails with this, and the LED stays as it is. As with a real one, setting
  /// what is set is no question to the hardware, and succeeds.
  void fail_with(Error error) { error_ = std::move(error); }
  void mend() { error_.reset(); }
  [[nodiscard]] bool on() const noexcept { return on_; }
  [[nodiscard]] const std::vector<Change>& changes() const noexcept { return changes_; }
  void forget() { changes_.clear(); }

 private:
  const clock::Clock& clock_;
  bool on_ = false;
  std::vector<Change> changes_;
  std::optional<Error> error_;
};

}  // namespace latchkey::gpio
