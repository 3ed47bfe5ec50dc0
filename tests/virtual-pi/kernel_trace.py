# SPDX-License-Identifier: MIT
"""What happened, when the kernel says that it did: a trace of its own (Documentation/trace) in
CLOCK_BOOTTIME, the clock of latchkeyd and of GPIO edges."""

import os
import pathlib
import re
import select
import time
from typing import NamedTuple

from led import LedReader

TRACING = pathlib.Path("/sys/kernel/tracing")
DEADLINE = 60.0  # seconds: for what a machine does; nothing waits for it to pass
# A write to a line, or a change of a TCP socket; what else happens is of no interest.
EVENTS = {"gpio/gpio_value": "get == 0", "sock/inet_sock_set_state": "protocol == 6"}
LINE = re.compile(r"\s*(?P<task>.+)-(?P<pid>\d+)\s+\[\d+\]\s+\S+\s+(?P<seconds>\d+\.\d+): "
                  r"(?P<name>\w+): (?P<text>.*)")


class Event(NamedTuple):
    """`name` is gpio_value, inet_sock_set_state, tracing_mark_write (a mark), or what was added."""

    seconds: float  # since boot
    name: str
    text: str
    task: str
    pid: int


class KernelTrace:
    """A context manager; it begins at once. `more` are events beside the usual ones, with a filter
    or an empty one each: {"irq/irq_handler_entry": 'name == "gpiomon"'}."""

    def __init__(self, name="virtual-pi", more=None):
        self.folder = TRACING / "instances" / name
        self.folder.mkdir()
        self.write("buffer_size_kb", "512")
        self.write("trace_clock", "boot")
        for event, filter_text in {**EVENTS, **(more or {})}.items():
            if filter_text:
                self.write(f"events/{event}/filter", filter_text)
            self.write(f"events/{event}/enable", "1")
        self.marker = os.open(self.folder / "trace_marker", os.O_WRONLY)
        self.pipe = os.open(self.folder / "trace_pipe", os.O_RDONLY | os.O_NONBLOCK)
        self.rest = b""
        self.events = []  # all that was read, in the order of time

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        os.close(self.pipe)
        os.close(self.marker)
        self.folder.rmdir()

    def write(self, file, text):
        (self.folder / file).write_text(text)

    def mark(self, text):
        """A line in the trace, now."""
        os.write(self.marker, text.encode())

    def read(self, wait=0.0):
        """Takes what is there, waiting at most so many seconds for something; the new events."""
        if wait > 0:
            select.select([self.pipe], [], [], wait)
        fresh = []
        while True:
            try:
                piece = os.read(self.pipe, 65536)
            except BlockingIOError:
                break
            if not piece:
                break
            *lines, self.rest = (self.rest + piece).split(b"\n")
            for line in lines:
                found = LINE.match(line.decode(errors="replace"))
                if found:
                    fresh.append(Event(float(found["seconds"]), found["name"], found["text"],
                                       found["task"].strip(), int(found["pid"])))
        self.events = sorted(self.events + fresh, key=lambda event: event.seconds)
        return fresh

    def wait_for(self, wanted, after=0.0, deadline=DEADLINE):
        """The first event later than `after` that `wanted(event)` is true of."""
        end = time.monotonic() + deadline
        while True:
            for event in self.events:
                if event.seconds > after and wanted(event):
                    return event
            if time.monotonic() > end:
                raise TimeoutError(f"not in the trace within {deadline:.0f} s:\n{self}")
            self.read(0.2)

    def last_mark(self, text):
        """When this was marked last, in seconds since boot."""
        self.read()
        return max(event.seconds for event in self.events
                   if event.name == "tracing_mark_write" and event.text == text)

    def wait_for_listener(self, after=0.0):
        """A TCP socket begins to listen: (seconds, port)."""
        event = self.wait_for(lambda event: event.name == "inet_sock_set_state"
                              and "newstate=TCP_LISTEN" in event.text, after)
        return event.seconds, int(re.search(r"sport=(\d+)", event.text)[1])

    def __str__(self):
        return "\n".join(f"{event.seconds:.6f} {event.task}-{event.pid} {event.name}: {event.text}"
                         for event in self.events)


class LedLine:
    """The light at a line, as the kernel was told to switch it."""

    def __init__(self, trace, chip, offset):
        self.trace = trace
        self.chip = chip
        self.offset = offset
        self.number = chip.base + offset

    def lit(self):
        """Now, whoever drives the line."""
        return self.chip.value(self.offset) == 1

    def is_change(self, event):
        return event.name == "gpio_value" and event.text.split()[:2] == [str(self.number), "set"]

    def changes(self, after=0.0):
        """[(on, seconds)], as far as they were read; one that changes nothing is left out."""
        self.trace.read()
        found, level = [], None
        for event in self.trace.events:
            if event.seconds > after and self.is_change(event):
                on = event.text.split()[2] == "1"
                if on != level:
                    found.append((on, event.seconds))
                level = on
        return found

    def wait_for_change(self, on, after=0.0, deadline=DEADLINE):
        """When it was next switched on (or off)."""
        return self.trace.wait_for(lambda event: self.is_change(event)
                                   and event.text.split()[2] == str(int(on)), after,
                                   deadline).seconds

    def read_code(self, after=0.0, deadline=DEADLINE):
        """Watches until it has blinked a whole code; the digits."""
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            reader = LedReader()
            for on, seconds in self.changes(after):
                code = reader.feed(on, seconds * 1000)
                if code:
                    return code
            self.trace.read(0.5)
        raise TimeoutError(f"no code within {deadline:.0f} s:\n{self.trace}")
