#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the LED says, decoded from the line as the kernel was told to switch it."""

import unittest

import usb_key
from led_shape import DONE, LOCKED, REFUSED, START_AGAIN, WINDOW_OPEN
from pairing_test_case import PairingTestCase
from world import DEADLINE, STATE

PERIODS = 12
DRIFT = 0.010  # seconds after half of these periods: 2 ms in each would be found


class Patterns(PairingTestCase):
    def test_an_open_window_pulses_once_a_second_and_does_not_drift(self):
        released, _ = self.press()
        found = self.wait_for_pattern(WINDOW_OPEN, released, PERIODS)
        half = len(found.lateness) // 2
        # The least late of the first and of the last changes: what the machine was slow in does
        # not count, what adds up does.
        first, last = min(found.lateness[:half]), min(found.lateness[half:])
        self.assertLess(abs(last - first), DRIFT, found.lateness)
        self.assertLess(sorted(found.lateness)[half], 0.05, found.lateness)

    def test_two_peers_at_once_blink_rapidly_and_nothing_is_written(self):
        read_code = self.pair()
        begun = self.now()
        first = self.start("enroll", "--software")
        self.assertEqual(len(read_code()), 8)
        second = self.start("enroll", "--software")
        self.wait_for_pattern(START_AGAIN, begun)
        for process in (first, second):
            status, result, _ = self.finish(process)
            self.assertNotEqual(status, 0)
            self.assertIn(result["error"], ("overlap",))
        self.wait_for_end("overlap")
        self.assertEqual(self.lines(), [])

    def test_done_is_one_long_light_without_a_write_in_between(self):
        begun = self.now()
        status, _, errors = self.enrol("--software", "--no-verify")
        self.assertEqual(status, 0, errors)
        found = self.wait_for_pattern(DONE, begun)
        writes = [event for event in self.trace.events
                  if self.led.is_change(event) and found.start <= event.seconds <= found.end]
        self.assertEqual(len(writes), 2, "on and off")

    def test_a_key_that_cannot_be_written_is_three_long_blinks(self):
        home = self.pi.authorized_keys().parents[1]
        self.addCleanup(home.chmod, home.stat().st_mode & 0o7777)
        home.chmod(0o777)  # sshd would refuse the file
        begun = self.now()
        status, result, _ = self.enrol("--software")
        self.assertNotEqual(status, 0, result)
        self.assertIn("/home/pi", result["message"])
        self.wait_for_pattern(REFUSED, begun)
        self.assertEqual(self.lines(), [])


class Still(PairingTestCase):
    START = ("daemon",)

    def test_dark_costs_nothing(self):
        self.pi.status()
        self.trace.read()
        begun = len([event for event in self.trace.events if self.led.is_change(event)])
        key = self.key(usb_key.PI)
        key.leave()
        self.pi.status()
        self.trace.read()
        self.assertEqual(len([event for event in self.trace.events
                              if self.led.is_change(event)]), begun)


class AtTheStart(PairingTestCase):
    START = ()

    def test_locked_is_a_very_short_blink_every_three_seconds(self):
        (STATE / "failures").write_text("failed-windows 3 locked 1\n")
        self.pi.start_daemon()
        self.wait_for_pattern(LOCKED, 0.0, times=2)
        self.button.tap()
        self.assertEqual(self.pi.status()["phase"], "locked")


if __name__ == "__main__":
    unittest.main()
