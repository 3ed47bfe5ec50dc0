# SPDX-License-Identifier: MIT
"""A GPIO chip of the kernel's gpio-sim, and the fingers and eyes at its lines
(Documentation/admin-guide/gpio/gpio-sim.rst)."""

import contextlib
import os
import pathlib
import re
import subprocess
import time

CONFIG = pathlib.Path("/sys/kernel/config/gpio-sim")
BUTTON, LED = 17, 27  # GPIO17 and GPIO27, as on the boards' pages
LABEL = "pinctrl-bcm2711"
# libgpiod's tools changed their options between 1.6 and 2.
VERSION = int(re.search(r"v(\d+)", subprocess.run(["gpiodetect", "--version"], check=True,
                                                  text=True, capture_output=True).stdout)[1])
ON_CHIP = ["--chip"] if VERSION >= 2 else []
URGENT = 10  # real-time priority: before all programs, behind the kernel's threads of interrupts


class GpioSim:
    """A chip with this label; `lines` gives some of its lines names. A context manager: it is
    taken away at the end."""

    def __init__(self, name="pi", label=LABEL, count=54, lines=None):
        self.config = CONFIG / name
        self.bank = self.config / "bank0"
        self.bank.mkdir(parents=True)
        (self.bank / "num_lines").write_text(str(count))
        (self.bank / "label").write_text(label)
        names = {BUTTON: "GPIO17", LED: "GPIO27"} if lines is None else lines
        for offset, line in names.items():
            (self.bank / f"line{offset}").mkdir()
            (self.bank / f"line{offset}" / "name").write_text(line)
        (self.config / "live").write_text("1")
        self.name = (self.bank / "chip_name").read_text().strip()  # gpiochip0
        device = (self.config / "dev_name").read_text().strip()
        self.attributes = pathlib.Path("/sys/devices/platform") / device / self.name
        self.path = pathlib.Path("/dev") / self.name

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        """The chip goes away, whoever holds lines of it."""
        (self.config / "live").write_text("0")
        for line in self.bank.glob("line*"):
            if line.is_dir():
                line.rmdir()
        self.bank.rmdir()
        self.config.rmdir()

    def value(self, offset):
        """The level of the line, whoever drives it: 0 or 1."""
        return int((self.attributes / f"sim_gpio{offset}" / "value").read_text())

    def pull(self, offset, up):
        """What the world does to the line while nobody drives it."""
        (self.attributes / f"sim_gpio{offset}" / "pull").write_text(
            "pull-up" if up else "pull-down")

    @property
    def base(self):
        """The number that the kernel's traces have for line 0."""
        listed = pathlib.Path("/sys/kernel/debug/gpio").read_text()
        found = re.search(rf"^{self.name}: GPIOs (\d+)-", listed, re.M)
        if found:
            return int(found[1])
        raise LookupError(f"{self.name} is not in /sys/kernel/debug/gpio:\n{listed}")


class Button:
    """A push button between a line and ground, pulled up: pressed is low. With a KernelTrace,
    every press and release is marked in it."""

    def __init__(self, chip, offset=BUTTON, trace=None):
        self.chip = chip
        self.offset = offset
        self.trace = trace
        self.file = os.open(chip.attributes / f"sim_gpio{offset}" / "pull", os.O_WRONLY)
        self.release()

    def close(self):
        os.close(self.file)

    def level(self, high):
        os.pwrite(self.file, b"pull-up" if high else b"pull-down", 0)

    def mark(self, text):
        if self.trace:
            self.trace.mark(text)

    def press(self):
        self.mark("press")
        self.level(False)

    def release(self):
        self.mark("release")
        self.level(True)

    def tap(self, milliseconds=120):
        """A person's press: longer than bounce, shorter than a hold."""
        self.press()
        time.sleep(milliseconds / 1000)
        self.release()

    def bounce(self, *microseconds):
        """Toggles the contact, with these times between the edges, kept by a loop that never
        sleeps. An even number of times ends as it began, plus one edge: bounce(300, 200) from
        released is press, release, press. Returns the longest time (seconds) that can have been
        between two edges, by the kernel's clock: the computer may have slept in between."""
        high = bool(self.chip.value(self.offset))
        longest, before = 0.0, None
        with urgent():
            due = time.monotonic_ns()
            for wait in (0, *microseconds):
                due += int(wait * 1000)
                while time.monotonic_ns() < due:
                    pass
                high = not high
                begun = time.monotonic_ns()
                self.level(high)
                if before is not None:
                    longest = max(longest, time.monotonic_ns() - before)
                before = begun
        return longest / 1e9


@contextlib.contextmanager
def urgent():
    """No other program takes the processor away from this thread."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(URGENT))
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)
