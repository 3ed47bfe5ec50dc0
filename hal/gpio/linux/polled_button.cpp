// SPDX-License-Identifier: MIT
#include "hal/gpio/linux/polled_button.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace latchkey::gpio {

PolledButton::PolledButton(std::unique_ptr<InputLine> line, const clock::Clock& clock,
                           clock::Alarm& alarm, std::string words)
    : line_(std::move(line)), clock_(clock), alarm_(alarm), words_(std::move(words)) {}

PolledButton::~PolledButton() { alarm_.set(std::nullopt); }

Result<std::unique_ptr<PolledButton>> PolledButton::open(std::unique_ptr<InputLine> line,
                                                         const clock::Clock& clock,
                                                         clock::Alarm& alarm, std::string words,
                                                         int why) {
  std::unique_ptr<PolledButton> button(
      new PolledButton(std::move(line), clock, alarm, std::move(words)));
  const auto pressed = button->is_pressed();
  if (!pressed) return tl::make_unexpected(pressed.error());
  button->why_ = why;
  button->pressed_ = *pressed;
  button->looked_ = clock.now();
  button->due_ = button->looked_ + kPollPeriod;
  alarm.set(button->due_);
  return button;
}

Result<std::optional<Edge>> PolledButton::next_edge() {
  const auto now = clock_.now();
  if (now < due_) {
    alarm_.set(due_);  // harmless while it has not rung, needed if it rang early
    return std::optional<Edge>();
  }
  // Before looking: a line that fails is tried again, but not at once.
  look_again(now + kPollPeriod);
  const auto pressed = is_pressed();
  if (!pressed) return tl::make_unexpected(pressed.error());
  const bool changed = std::exchange(pressed_, *pressed) != *pressed;
  const bool late = settled_ && now - looked_ >= kTooLate;
  looked_ = now;
  if (changed || late) settled_ = now + kSettled;
  if (settled_ && now >= *settled_) settled_.reset();
  if (settled_) look_again(now + kQuickPeriod);
  if (!changed && !late) return std::optional<Edge>();
  return Edge{*pressed, now, late};
}

void PolledButton::look_again(Instant when) {
  due_ = when;
  alarm_.set(due_);
}

Result<bool> PolledButton::is_pressed() {
  const auto active = line_->is_active();
  if (!active) return tl::make_unexpected(lost_line_error(active.error(), "reading", words_));
  return *active;
}

std::string PolledButton::remark() const {
  return fmt::format(
      "{} gives no edges ({}): it is looked at {} times a second, and noise on it is "
      "told from presses less well",
      words_, std::system_category().message(why_), Millis(1000) / kPollPeriod);
}

}  // namespace latchkey::gpio
