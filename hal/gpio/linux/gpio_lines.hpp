// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "hal/clock/clock.hpp"
#include "hal/gpio/button.hpp"
#include "hal/gpio/line.hpp"
#include "hal/gpio/status_led.hpp"

/// The kernel's GPIO character devices (Documentation/userspace-api/gpio/chardev.rst) through
/// libgpiod, 1.6 or 2.x, and its LEDs. Chips are known by their label, never by their number.
namespace latchkey::gpio {

/// The line as a button, with the kernel's edges on CLOCK_BOOTTIME. A line whose chip gives no
/// interrupts is polled with `alarm`, which nobody else may use, and says so in remark(). Both
/// outlive the button.
///
/// Errors, each a sentence that says what was looked for, what is there, and what to do:
/// Errc::not_found (no chip of this label, and which there are; no such line), Errc::refused
/// (several chips of this label have it), Errc::malformed (neither name nor number), errno EBUSY
/// (names the consumer), EACCES (says who may), else as the kernel said. Later, next_edge() and
/// is_pressed() fail with ENODEV when the chip is gone; whoever waits for descriptor() is not woken
/// for that by every kernel (Linux 6.1 is one that says it only to whoever asks).
[[nodiscard]] Result<std::unique_ptr<Button>> open_button(const ButtonLine& wanted,
                                                          const clock::Clock& clock,
                                                          clock::Alarm& alarm);

/// The line as an LED, off at the start and at the end. Errors as of open_button(); ENODEV of set()
/// when the chip is gone.
[[nodiscard]] Result<std::unique_ptr<StatusLed>> open_led(const LedLine& wanted);

/// An LED of /sys/class/leds, off at the start; at the end it gets back the brightness and the
/// trigger that it had (not a trigger's own settings, which are lost when it is taken away). All
/// its files are opened here and stay open. `memory` is a file that keeps what the LED had for as
/// long as it is ours, so that the next one can put it back where this one was killed; it should be
/// gone after a boot, as the LED's state is. Empty: none. `folder` holds the LEDs. Errors:
/// Errc::not_found (and which there are), Errc::malformed (not a name; not a number in its files),
/// Errc::too_large, errno (EACCES: says who may).
[[nodiscard]] Result<std::unique_ptr<StatusLed>> open_sysfs_led(
    const SysfsLedName& wanted, const std::string& memory = {},
    const std::string& folder = "/sys/class/leds");

}  // namespace latchkey::gpio
