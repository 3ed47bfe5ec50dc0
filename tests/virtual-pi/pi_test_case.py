# SPDX-License-Identifier: MIT
"""What tests in the virtual Pi share: its lines, its trace, both computers; all of it anew for each
test, and taken away behind it."""

import statistics
import subprocess
import unittest

from gpio_sim import LED, Button, GpioSim
from kernel_trace import KernelTrace, LedLine
from usb_key import UsbKey
from world import DEADLINE, RESULTS, Laptop, Pi


class PiTestCase(unittest.TestCase):
    """self.chip, self.button, self.led, self.trace, self.pi, self.laptop. Neither sshd nor the
    daemon runs unless START says so."""

    CONFIG = ""  # of latchkey.toml, beside the board
    SSHD_CONFIG = ""
    START = ()  # "sshd", "daemon"
    EVENTS = {}  # more events of the kernel, with a filter or an empty one

    def setUp(self):
        self.chip = GpioSim()
        self.addCleanup(self.chip.remove)
        self.trace = KernelTrace(more=self.EVENTS)
        self.addCleanup(self.trace.close)
        self.addCleanup(self.keep_trace)
        self.button = Button(self.chip, trace=self.trace)
        self.addCleanup(self.button.close)
        self.led = LedLine(self.trace, self.chip, LED)
        self.pi, self.laptop = Pi(), Laptop()
        self.reset()
        self.addCleanup(self.pi.reset)
        self.pi.configure(self.CONFIG)
        if "sshd" in self.START:
            self.pi.start_sshd(self.SSHD_CONFIG)
        if "daemon" in self.START:
            self.pi.start_daemon()

    def reset(self):
        """Both computers as after their first boot."""
        self.pi.reset()
        self.laptop.reset()

    def keep_trace(self):
        self.trace.read()
        with open(RESULTS / "trace.log", "a") as log:
            log.write(f"# {self.id()}\n{self.trace}\n")

    def key(self, *arguments, **keywords):
        """A security key in a USB port (usb_key.PI unless told otherwise), until the test ends."""
        key = UsbKey(*arguments, **keywords)
        self.addCleanup(key.stop)
        return key

    def measured(self, what, seconds):
        """Printed in the run, and kept: what the kernel's time stamps say."""
        text = f"measured   {what}: {seconds * 1000:.1f} ms"
        print(text, flush=True)
        with open(RESULTS / "measured.txt", "a") as file:
            file.write(f"{self.id()}: {text}\n")

    def measured_median(self, what, seconds):
        self.measured(f"{what}, median of {len(seconds)}, {1000 * min(seconds):.0f} to "
                      f"{1000 * max(seconds):.0f} ms", statistics.median(seconds))

    def run_tool(self, *command, **options):
        """A program of root's, to its end; what it printed. It has to end well."""
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              timeout=DEADLINE, **options)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout} {done.stderr}")
        return done.stdout

    def succeed(self, done):
        """A finished program has to have ended well; what it printed."""
        self.assertEqual(done.returncode, 0, f"{done.args}: {done.stdout} {done.stderr}")
        return done.stdout
