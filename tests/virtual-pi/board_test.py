#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boards that fit, and boards that do not: what the daemon says then has to be enough to set it
right."""

import os
import pathlib
import select
import subprocess
import time
import unittest

from gadget import KEYBOARD, Gadget
from gpio_sim import BUTTON, LED, ON_CHIP, VERSION, GpioSim
from led_shape import WINDOW_OPEN, find_pattern
from pairing_test_case import PairingTestCase
from world import DEADLINE, wait_until

GPIOINFO = ["gpioinfo", *ON_CHIP]
UNFIT, IN_USE = 78, 69  # docs/reference/exit-codes.md
CAPS_LOCK = 1 << 1  # in the report that switches a keyboard's lights


class Boards(PairingTestCase):
    START = ()

    def refusal(self, expected, *words):
        """Starts the daemon, which ends at once with this status and a sentence that has these
        words in it."""
        self.pi.start_daemon(wait=False)
        status = self.pi.daemon.wait(DEADLINE)
        self.pi.daemon = None
        said = self.pi.log()
        self.assertEqual(status, expected, said)
        self.assertTrue(said.startswith("latchkeyd: cannot start: "), said)
        for word in words:
            self.assertIn(word, said)
        return said

    def test_a_machine_without_device_tree_is_told_how_to_name_its_board(self):
        self.assertFalse(os.path.exists("/proc/device-tree/compatible"))
        self.pi.configure("[board]\n")
        self.refusal(UNFIT, "/proc/device-tree", "latchkey.toml", "[board] use", "4b", "generic")

    def test_a_board_that_is_not_known_is_told_which_there_are(self):
        self.pi.configure('[board]\nuse = "4c"\n')
        self.refusal(UNFIT, '"4c"', 'did you mean "4b"', "zero-2-w")

    def test_a_chip_that_is_not_there_is_told_which_are(self):
        self.pi.configure('[board]\nuse = "5"\n')
        self.refusal(UNFIT, "pinctrl-rp1", "pinctrl-bcm2711", self.chip.name, "latchkey.toml")

    def test_chips_that_the_kernel_has_numbered_anew_are_found_by_their_labels(self):
        """As on a Pi 5, whose header was gpiochip4 and became gpiochip0."""
        with GpioSim("other", label="pinctrl-rp1") as other:
            self.pi.configure('[board]\nuse = "5"\n')
            self.assertNotEqual(other.name, "gpiochip0")
            self.pi.start_daemon()
            self.assertEqual(self.pi.status()["phase"], "idle")
            self.assertIn("latchkey", self.run_tool(*GPIOINFO, other.name))
            self.pi.stop_daemon()

    def test_a_line_that_is_in_use_is_told_by_whom(self):
        for line, program in ((BUTTON, "gpiomon"), (LED, "gpioset")):
            with self.subTest(program):
                holder = self.hold(line, program)
                self.refusal(IN_USE, program, self.chip.name)
                holder.kill()
                holder.wait()
        self.pi.start_daemon()

    def hold(self, line, program):
        chip = [*ON_CHIP, self.chip.name]
        words = ([program, *chip, str(line)] if program == "gpiomon" else
                 [program, *([] if VERSION >= 2 else ["--mode=signal"]), *chip, f"{line}=0"])
        holder = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        wait_until(lambda: program in self.run_tool(*GPIOINFO, self.chip.name),
                   f"{program} holds the line")
        return holder

    def test_latchkeyctl_draws_the_header_with_button_and_led(self):
        drawn = self.succeed(self.pi.ctl("board"))
        self.assertIn("Raspberry Pi 4 Model B", drawn)
        self.assertLessEqual(max(map(len, drawn.splitlines())), 80)
        for word in ("GPIO17", "GPIO27"):
            self.assertIn(word, drawn)


class KernelLed(PairingTestCase):
    """An LED of /sys/class/leds, as a Pi's own ACT: here a keyboard's, on USB. What it shows is
    read at the keyboard's end of the cable."""

    START = ("sshd",)

    def setUp(self):
        super().setUp()
        self.keyboard = Gadget(KEYBOARD)
        self.addCleanup(self.keyboard.close)
        self.light = wait_until(self.find_light, "the keyboard has lights")
        self.pi.configure(f'[board]\nuse = "4b"\n[board.led]\nsysfs = "{self.light.name}"\n')

    def find_light(self):
        found = list(self.keyboard.bus.glob("usb*/*/*/*/input/input*/input*::capslock"))
        return pathlib.Path("/sys/class/leds", found[0].name) if found else None

    def trigger(self):
        text = (self.light / "trigger").read_text()
        return text[text.index("[") + 1:text.index("]")]

    def changes(self, wanted):
        """Watches the keyboard until it has seen so many."""
        seen, level, end = [], None, time.monotonic() + DEADLINE
        while len(seen) < wanted:
            if not select.select([self.keyboard.file], [], [], end - time.monotonic())[0]:
                self.fail(f"only {seen} at the keyboard")
            on = bool(os.read(self.keyboard.file, 8)[-1] & CAPS_LOCK)
            if on != level:
                seen.append((on, time.clock_gettime(time.CLOCK_BOOTTIME)))
            level = on
        return seen

    def test_it_pulses_and_gets_its_trigger_back(self):
        before = self.trigger()
        self.assertNotEqual(before, "none")
        self.pi.start_daemon()
        self.assertEqual(self.trigger(), "none")
        self.button.tap()
        changes = self.changes(6)
        self.assertIsNotNone(find_pattern(changes, WINDOW_OPEN, 2), changes)
        self.pi.stop_daemon()
        self.assertEqual(self.trigger(), before)

    def test_one_that_is_not_there_is_told_which_are(self):
        self.pi.configure('[board]\nuse = "4b"\n[board.led]\nsysfs = "ACT"\n')
        self.pi.start_daemon(wait=False)
        self.assertEqual(self.pi.daemon.wait(DEADLINE), UNFIT)
        self.pi.daemon = None
        self.assertIn("there is no LED ACT in /sys/class/leds", self.pi.log())
        self.assertIn(self.light.name, self.pi.log())


if __name__ == "__main__":
    unittest.main()
