#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Both stories at one Pi, each until ssh has logged in with a security key on hidraw."""

import json
import unittest

import usb_key
from led_shape import TOUCH
from pairing_test_case import NOT_IN_PI, PairingTestCase


class Stories(PairingTestCase):
    def test_a_key_in_the_pi_and_a_key_in_the_laptop_both_end_in_a_login(self):
        at_pi = self.press_plug_touch()
        self.pi.stop_daemon()
        self.pi.configure(NOT_IN_PI)
        self.pi.start_daemon()
        self.adopt_and_log_in(at_pi)
        at_pi.leave()
        self.laptop.reset()
        self.press_code_touch_logged_in()

    def press_plug_touch(self):
        """Story 2, as far as it happens at the Pi. Returns the key, still in it."""
        self.press()
        key = self.key(touch="never", plugged=False)
        arrived = self.now()
        key.arrive()
        key.wait_for("touch")
        self.wait_for_pattern(TOUCH, arrived, times=2)
        self.assertEqual(self.pi.status()["phase"], "key_plugged")
        self.assertEqual(self.lines(), [])
        key.touch("yes")
        self.pi.wait_for_phase("done")
        (line,) = self.lines()
        self.assertTrue(line.startswith("sk-ssh-ed25519@openssh.com "), line)
        self.assert_private("pi")
        self.assertEqual(len(json.loads(self.pi.ctl("handles", "--json").stdout)), 1)
        return key

    def adopt_and_log_in(self, key):
        """Later, at the laptop."""
        key.move_to(usb_key.LAPTOP)
        read_code = self.pair()
        status, result, errors = self.finish(self.start("adopt"), read_code())
        self.assertEqual((status, result.get("login")), (0, "ok"), f"{result} {errors}")
        self.wait_until_closed()
        touches = key.counters()["touches_given"]
        self.log_in()
        self.assertGreater(key.counters()["touches_given"], touches)
        self.assertEqual(len(self.lines()), 1)

    def press_code_touch_logged_in(self):
        """Story 1, with another key, at a laptop that knows nothing yet."""
        key = self.key(usb_key.LAPTOP, name="another")
        released, _ = self.press()
        process = self.start("enroll")
        code = self.led.read_code(after=released)
        status, result, errors = self.finish(process, code)
        self.assertEqual((status, result.get("login")), (0, "ok"), f"{result} {errors}")
        first, line = self.lines()
        self.assertTrue(line.startswith("sk-ssh-ed25519@openssh.com "), line)
        self.assertNotEqual(line, first)
        self.assert_private("pi")
        self.assertEqual(self.lines("anna"), [])
        touches = key.counters()["touches_given"]
        self.log_in()
        self.assertGreater(key.counters()["touches_given"], touches)


if __name__ == "__main__":
    unittest.main()
