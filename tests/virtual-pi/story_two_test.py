#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Story 2, press, plug, touch: what people and hostile devices do instead. The story itself is in
stories_test.py."""

import pathlib
import unittest

import usb_key
from gadget import KEYBOARD, SECURITY_KEY, Gadget
from led_shape import START_AGAIN
from pairing_test_case import PairingTestCase
from simulated_key import SimulatedKey, find_program
from world import BUILD, open_files, wait_until


class StoryTwo(PairingTestCase):
    def test_pulled_out_while_it_waits_for_the_touch_the_window_stays_for_another_try(self):
        self.press()
        key = self.key(touch="never")
        key.wait_for("touch")
        key.leave()
        self.pi.wait_for_phase("open")
        self.assertEqual(self.lines(), [])
        key.touch("yes")
        key.arrive()
        self.pi.wait_for_phase("done")
        self.assertEqual(len(self.lines()), 1)

    def test_two_at_once_are_an_overlap_and_nothing_is_written(self):
        self.press()
        begun = self.now()
        first = self.key(usb_key.PI, touch="never")
        first.wait_for("touch")
        second = self.key(usb_key.PI_TOO, touch="yes")
        self.wait_for_end("overlap")
        self.wait_for_pattern(START_AGAIN, begun)
        self.assertEqual(self.lines(), [])
        self.assertEqual(first.counters()["signatures"] + second.counters()["signatures"], 0)

    def test_one_that_was_there_before_the_press_counts_as_plugged_in(self):
        self.key(touch="yes")
        self.press()
        self.pi.wait_for_phase("done")
        self.assertEqual(len(self.lines()), 1)

    def test_one_without_usb_below_it_is_a_key_too(self):
        folder = pathlib.Path("/run/keys/uhid")
        folder.mkdir(parents=True, mode=0o700)
        self.addCleanup(lambda: [path.unlink() for path in folder.iterdir()] and folder.rmdir())
        # libusb has no news of it: it is there before the role looks for the first time.
        key = SimulatedKey(folder, find_program(BUILD), "--uhid", "--touch", "yes")
        self.addCleanup(key.stop)
        self.press()
        self.pi.wait_for_phase("done")
        self.assertEqual(len(self.lines()), 1)


class HostileDevices(PairingTestCase):
    """Whatever is plugged in: nothing is written, and an honest key is taken afterwards."""

    def refuse(self, **knobs):
        self.press()
        key = self.key(touch="yes", name="hostile", **knobs)
        entry = self.wait_for_entry(event="fault", reason="token_failed")
        self.assertTrue(entry["text"])
        self.assertEqual(self.lines(), [])
        key.leave()
        self.honest()

    def honest(self):
        self.pi.wait_for_phase("open")
        self.key(usb_key.PI, touch="yes", name="honest")
        self.pi.wait_for_phase("done")
        self.assertEqual(len(self.lines()), 1)

    def test_answers_that_are_no_cbor(self):
        self.refuse(bad_cbor="true", u2f="false")

    def test_answers_that_are_longer_than_announced(self):
        self.refuse(announced="too-short", u2f="false")

    def test_one_that_is_gone_in_the_middle_of_a_report(self):
        self.press()
        key = self.key(touch="yes", name="hostile", disappears_at="12", plugged=False)
        key.program.plug()
        wait_until(lambda: not key.state()["plugged"], "it unplugs itself")
        self.assertEqual(self.lines(), [])
        self.honest()

    def outlive(self, **knobs):
        """Nothing is to be had from it, and nobody knows until when: its pull is noticed."""
        self.press()
        key = self.key(touch="yes", name="hostile", **knobs)
        self.pi.wait_for_phase("key_plugged")
        key.leave()
        self.honest()

    def test_keep_alives_without_end_last_until_the_pull(self):
        self.outlive(endless_keepalive="true", u2f="false")

    def test_answers_that_never_come_to_their_announced_length(self):
        self.outlive(announced="too-long", u2f="false")

    def test_answers_on_another_channel_are_none(self):
        self.outlive(wrong_channel="true", u2f="false")

    def test_one_that_never_answers(self):
        """Says that it is a security key, and nothing else, ever."""
        self.press()
        with Gadget(SECURITY_KEY) as gadget:
            token = wait_until(lambda: self.pi.processes().get("latchkey-token"), "the role runs")
            wait_until(lambda: gadget.hidraw in open_files(token), "the role has it open")
            self.assertEqual(self.lines(), [])
        self.honest()

    def test_a_keyboard_is_no_security_key(self):
        self.press()
        with Gadget(KEYBOARD, port=usb_key.LAPTOP) as gadget:
            wait_until(lambda: gadget.hidraw, "the kernel has found it")
            self.assertEqual(self.pi.status()["phase"], "open")
            self.honest()
        self.assertNotIn("fault", [entry["event"] for entry in self.pi.log_entries()])


if __name__ == "__main__":
    unittest.main()
