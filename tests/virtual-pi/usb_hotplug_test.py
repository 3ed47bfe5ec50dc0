# SPDX-License-Identifier: MIT
"""latchkey-token at a real USB port, between udevd and a monitor that is played by token_probe:
how soon it has a new one open, and that it is calm while nothing happens."""

import os
import pathlib
import re
import selectors
import statistics
import subprocess
import time
import unittest

from pi_test_case import PiTestCase
from uevents import UdevMarks
from world import BUILD, DEADLINE, open_files, wait_until

NODE_TO_ROLE = 0.3  # seconds
ROUNDS = 3
# Without news the role looks once a second in the end (firmware/token/rhythm.hpp); until then, four
# times and more.
CALM = 2  # times a second that it may wake up then: a look may be more than one
MOMENT = 2.0  # seconds that it is watched for
USER = "_latchkey-token"


class Lines:
    """What a program prints, as it prints it; ended with its standard input."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.lines = []
        self.rest = b""

    def read(self, wait):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(wait):
                return
        piece = os.read(self.process.stdout.fileno(), 65536)
        if not piece:
            raise RuntimeError(f"{self.process.args} ended with {self.process.wait()}")
        *lines, self.rest = (self.rest + piece).split(b"\n")
        self.lines += [line.decode(errors="replace") for line in lines]

    def wait_for(self, pattern, start=0):
        """The first match of a line from number `start` on."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            for line in self.lines[start:]:
                found = re.search(pattern, line)
                if found:
                    return found
            self.read(1.0)
        raise TimeoutError(f"no {pattern} in {self.lines[start:]}")

    def close(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Role(Lines):
    def __init__(self):
        super().__init__("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups",
                         "--inh-caps=-all", "--no-new-privs", "--",
                         BUILD / "tests" / "token_probe", BUILD / "libexec" / "latchkey-token")
        self.pid = int(self.wait_for(r"pid (\d+)")[1])

    def wait_for_message(self, word, start):
        """When it was told."""
        return float(self.wait_for(rf"^(\d+\.\d+) {word}\b", start)[1])

    def wake_ups(self):
        """How often any of its threads has slept and gone on."""
        return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status.read_text(),
                                 re.M)[1])
                   for status in pathlib.Path(f"/proc/{self.pid}/task").glob("*/status"))

    def fall_asleep(self):
        """Waits until it only looks now and then: libusb's news wake it before."""
        wait_until(lambda: self.wakes_in(MOMENT) <= CALM * MOMENT, "the role is calm")

    def wakes_in(self, seconds):
        before = self.wake_ups()
        time.sleep(seconds)
        return self.wake_ups() - before

    def threads(self):
        return len(list(pathlib.Path(f"/proc/{self.pid}/task").iterdir()))


class UsbHotplug(PiTestCase):
    def setUp(self):
        super().setUp()
        self.security_key = self.key(touch="never", plugged=False)
        marks = UdevMarks(self.trace)
        self.addCleanup(marks.close)
        self.role = Role()
        self.addCleanup(self.role.close)

    def told_by_udev(self, what, after):
        """When udevd was ready with it. Its clock is the role's: the machine never sleeps."""
        return self.trace.wait_for(lambda event: event.text == f"udev {what}", after).seconds

    def plug_and_measure(self):
        """Seconds from udev's hidraw event until the role has it open and asks for a touch."""
        said, plugged = len(self.role.lines), time.monotonic()
        self.security_key.program.plug()
        touch = self.role.wait_for_message("touch", said)
        self.assertIn(self.security_key.hidraw, open_files(self.role.pid))
        return touch - self.told_by_udev("add hidraw", plugged)

    def leave_and_measure(self):
        """Seconds from udev's event until the role knows."""
        said, pulled = len(self.role.lines), time.monotonic()
        self.security_key.program.unplug()
        left = self.role.wait_for_message("left", said)
        return left - self.told_by_udev("remove hidraw", pulled)

    def test_the_role_is_calm_and_on_a_new_key_within_300_ms_of_its_hidraw_event(self):
        touches, departures = [], []
        for _ in range(ROUNDS):
            self.role.fall_asleep()
            self.assertEqual(self.role.threads(), 3)  # its own, the lookout's, libusb's
            touches.append(self.plug_and_measure())
            departures.append(self.leave_and_measure())
        for what, times in (("add to the role asking for a touch", touches),
                            ("remove to the role knowing it", departures)):
            self.measured_median(f"udev's hidraw {what}", times)
            # The machine is emulated, and what runs beside it takes it off the processor.
            self.assertLess(statistics.median(times), NODE_TO_ROLE, times)

    def test_the_rule_lets_the_role_in_and_nobody_else(self):
        node = pathlib.Path(self.security_key.arrive())
        self.assertEqual(node.group(), USER)
        self.assertEqual(node.owner(), "root")
        self.assertEqual(node.stat().st_mode & 0o7777, 0o660)


if __name__ == "__main__":
    unittest.main()
