#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The button at a real line: what is a press, and what is none."""

import os
import pathlib
import random
import socket
import time
import unittest

import usb_key
from gpio_sim import BUTTON
from pairing_test_case import PORT, PairingTestCase
from world import PI_ADDRESS, STATE, empty, wait_until

DEBOUNCE = 0.030  # seconds: a level that stands for so long counts
QUICK = 0.8 * DEBOUNCE
CALM = 0.2  # between what is done to the button: longer than the debounce by far
TRIES = 100  # to be quick enough: the emulated processor may stand still at any moment


class ButtonTestCase(PairingTestCase):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(self.id())

    def waits(self, edges, longest):
        """Random times (microseconds) between so many edges."""
        return [self.rng.uniform(0, longest) for _ in range(edges - 1)]

    def in_time(self, act):
        """Does `act()` until the longest time between two of its edges, which it returns, was
        shorter than the debounce: else it was no bounce. What a daemon may have seen then is
        forgotten."""
        for _ in range(TRIES):
            self.assertEqual(self.listeners(), [])
            if act() < QUICK:
                return
            self.button.release()
            time.sleep(CALM)
            self.pi.stop_daemon()
            empty(STATE)
            self.pi.start_daemon()
            self.trace.read()
            self.trace.events.clear()
        self.fail(f"in {TRIES} tries, the edges were never within {QUICK:.3f} s")

    def listens(self, event):
        """Once for each window, though it has a socket for IPv6, too."""
        return all(word in event.text.split() for word in ("family=AF_INET", f"sport={PORT}",
                                                           "newstate=TCP_LISTEN"))

    def listeners(self):
        """When a window began to listen, in this test."""
        self.trace.read()
        return [event.seconds for event in self.trace.events if self.listens(event)]

    def assert_opens(self):
        """A proper press opens a window, and nothing before it has."""
        self.assertEqual(self.chip.value(BUTTON), 1, "the button is down")
        self.assertEqual(self.listeners(), [])
        released, _ = self.press()
        self.assertGreater(self.led.wait_for_change(on=True), released)
        self.assertEqual(self.pi.wait_for_phase("open", "idle")["phase"], "open")


class Presses(ButtonTestCase):
    def test_one_that_bounces_opens_the_window_once_and_another_closes_it(self):
        def press_twice():
            took = self.bouncing_press()
            if took < QUICK:
                self.assertEqual(self.pi.wait_for_phase("open", "idle")["phase"], "open")
                took = self.bouncing_press()
            return took
        self.in_time(press_twice)
        self.wait_for_end("cancelled")
        self.assertEqual([entry["event"] for entry in self.pi.log_entries()], ["window-closed"])
        self.assertEqual(len(self.listeners()), 1)
        self.assertFalse(self.led.lit())
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((PI_ADDRESS, PORT))

    def bouncing_press(self):
        """Returns when a second gesture would have come: within the debounce after the last
        edge."""
        down = self.button.bounce(900, 700, 1100, 800)
        begun = time.monotonic()
        time.sleep(CALM)
        up = self.button.bounce(600, 1200, 500, 900)
        held = time.monotonic() - begun
        time.sleep(CALM)
        return max(down, up) if held < 1 else held

    def test_glitches_shorter_than_the_debounce_do_nothing(self):
        for _ in range(10):
            self.in_time(lambda: self.button.bounce(*self.waits(2, 10_000)))
            time.sleep(CALM / 4)
        self.assert_opens()

    def test_a_glitch_in_the_middle_of_a_press_does_not_end_it(self):
        def press():
            self.button.press()
            time.sleep(CALM)
            took = self.button.bounce(100)
            time.sleep(CALM)
            self.button.release()
            return took
        self.in_time(press)
        released = self.trace.last_mark("release")
        self.trace.wait_for(self.listens, after=released)
        self.assertEqual([at for at in self.listeners() if at < released], [])

    def test_noise_of_hundreds_of_edges_neither_opens_nor_ends_it(self):
        for longest in (0, 200, 1000) * 3:
            self.in_time(lambda: self.button.bounce(*self.waits(60, longest)))
            time.sleep(CALM)
        self.assertIsNone(self.pi.daemon.poll())
        self.assertEqual(self.pi.status()["phase"], "idle")
        self.assert_opens()

    def test_noise_that_ends_in_a_press_is_a_press(self):
        self.in_time(lambda: self.button.bounce(*self.waits(301, 0)))
        time.sleep(CALM)
        self.button.release()
        self.trace.wait_for_listener(after=self.trace.last_mark("release"))

    def test_one_of_two_seconds_is_none(self):
        self.button.tap(2000)
        time.sleep(CALM)
        self.assert_opens()


class StuckAtTheStart(ButtonTestCase):
    START = ("sshd",)
    # gpio-sim's line goes where a driver pulls it: the finger could not hold it down.
    CONFIG = '[board]\nuse = "4b"\n[board.button]\nbias = "as-is"\n'

    def test_a_button_that_is_held_opens_nothing_until_it_is_pressed_again(self):
        self.button.press()
        self.pi.start_daemon()
        self.assertEqual(self.pi.status()["phase"], "idle")
        self.button.release()
        time.sleep(CALM)
        self.assertEqual(self.pi.status()["phase"], "idle")
        self.assert_opens()

    def test_a_button_that_is_stuck_for_good_opens_nothing(self):
        self.button.press()
        self.pi.start_daemon()
        time.sleep(3.5)  # a hold is 3 s: this one is none
        self.assertEqual(self.pi.status()["phase"], "idle")
        self.assertEqual(self.pi.status()["last_ending"], "")
        self.button.release()


class AtRest(ButtonTestCase):
    def wakeups(self):
        text = pathlib.Path(f"/proc/{self.pi.daemon.pid}/status").read_text()
        return [line for line in text.splitlines() if "ctxt_switches" in line]

    def files(self):
        """What the daemon has open."""
        folder = pathlib.Path(f"/proc/{self.pi.daemon.pid}/fd")
        return sorted(os.readlink(path) for path in folder.iterdir())

    def network_sockets(self):
        """The inodes of all sockets of TCP and UDP."""
        found = set()
        for kind in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
            rows = pathlib.Path(f"/proc/{self.pi.daemon.pid}/net/{kind}").read_text().splitlines()
            found |= {row.split()[9] for row in rows[1:]}
        return {f"socket:[{inode}]" for inode in found}

    def test_it_is_one_process_without_network_and_security_keys(self):
        self.key(usb_key.PI, touch="never")  # else it might be enrolled before the second press
        self.press()
        self.button.tap()
        self.wait_for_end("cancelled")
        files = self.files()
        self.assertEqual(list(self.pi.processes()), ["latchkeyd"])
        self.assertEqual([file for file in files if "hidraw" in file or "usb" in file], [])
        self.assertEqual(set(files) & self.network_sockets(), set())

    def test_nothing_wakes_it_up(self):
        self.pi.status()
        before = wait_until(self.steady, "it sleeps")
        self.assertEqual(len(before), 2)
        key = self.key(usb_key.PI)  # a second or two in which much happens
        key.leave()
        key.arrive()
        key.leave()
        self.assertEqual(self.wakeups(), before)

    def steady(self):
        first = self.wakeups()
        time.sleep(1)
        return first if self.wakeups() == first else None


if __name__ == "__main__":
    unittest.main()
