#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long things take, by the kernel's own time stamps. What is measured goes to measured.txt,
which the run prints at its end. An emulated machine is slow and its computer may be busy: limits
are for the order of events, and for what has a limit of its own."""

import statistics
import unittest

from led_shape import TOUCH
from pairing_test_case import PairingTestCase
from uevents import UdevMarks

ROUNDS = 5
FROM_UDEV_TO_TOUCH = 0.3  # seconds: what a person does not notice


class Times(PairingTestCase):
    def test_a_press_until_the_led_answers_and_the_window_listens(self):
        press_to_led, press_to_listener, to_led, to_listener = [], [], [], []
        for _ in range(ROUNDS):
            released, listening = self.press()
            pressed = self.trace.last_mark("press")
            lit = self.led.wait_for_change(on=True, after=released)
            press_to_led.append(lit - pressed)
            press_to_listener.append(listening - pressed)
            to_led.append(lit - released)
            to_listener.append(listening - released)
            self.button.tap()
            self.wait_until_closed()
        for what, seconds in (("press edge to LED (held for 120 ms)", press_to_led),
                              ("press edge to listening socket (held for 120 ms)",
                               press_to_listener),
                              ("release edge to LED (30 ms of debounce)", to_led),
                              ("release edge to listening socket (30 ms of debounce)",
                               to_listener)):
            self.measured_median(what, seconds)
        # The debounce is waited for.
        self.assertGreaterEqual(min(to_led + to_listener), 0.030)

    def test_a_security_key_from_udev_to_the_touch_that_is_asked_for(self):
        took = []
        key = self.key(touch="never", plugged=False)
        for _ in range(ROUNDS):
            self.press()
            self.pi.wait_for_phase("open")
            before = self.now()
            with UdevMarks(self.trace):
                key.arrive()
                mark = self.trace.wait_for(
                    lambda event: event.text == "udev add hidraw", after=before)
                found = self.wait_for_pattern(TOUCH, mark.seconds - 0.5, times=2)
            took.append(found.start - mark.seconds)
            self.button.tap()
            self.wait_until_closed()
            key.leave()
        self.measured_median("udev's hidraw event to LED \"touch\"", took)
        self.assertLess(statistics.median(took), FROM_UDEV_TO_TOUCH, took)


if __name__ == "__main__":
    unittest.main()
