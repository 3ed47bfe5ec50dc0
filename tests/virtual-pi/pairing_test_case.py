# SPDX-License-Identifier: MIT
"""A Pi whose window is opened by a press or from its own terminal, and a laptop that pairs with
it."""

import json
import os
import re
import select
import subprocess
import time

from led_shape import find_pattern
from pi_test_case import PiTestCase
from world import (DEADLINE, PI_ADDRESS, PROGRAMS, RESULTS, STATE, environment_of,
                   wait_until)

PORT = 7822
# Pi and laptop are one kernel here: where a test plugs a key into the laptop, it must not be taken
# for one in the Pi.
NOT_IN_PI = "[policy]\nkey_in_pi = false\n"


class PairingTestCase(PiTestCase):
    """sshd and the daemon run. What a test expects of the daemon at its end is that it lives."""

    START = ("sshd", "daemon")

    def tearDown(self):
        if STATE.joinpath("log.jsonl").exists():
            with open(RESULTS / "audit.log", "a") as file:
                file.write(f"# {self.id()}\n{(STATE / 'log.jsonl').read_text()}")
        if self.pi.daemon:
            self.assertIsNone(self.pi.daemon.poll(), self.pi.log())

    def press(self):
        """A window by the button. Returns when it listens: the second of the release, and of
        that."""
        self.button.tap()
        released = self.trace.last_mark("release")
        return released, self.trace.wait_for_listener(after=released)[0]

    def pair(self):
        """A window from the Pi's own terminal, which tells the code at once: the LED takes its
        time. Returns what waits for the code (None: the window closed without one)."""
        pair = subprocess.Popen([PROGRAMS / "latchkeyctl", "pair"], env=environment_of("root"),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(pair.communicate)
        self.addCleanup(pair.kill)
        self.pi.wait_for_phase("open")
        told = b""

        def read_code():
            nonlocal told
            end = time.monotonic() + DEADLINE
            while True:
                found = re.search(rb"Code:([ 1-5]+)\n", told)
                if found:
                    told = told[found.end():]
                    return found[1].decode().replace(" ", "")
                if not select.select([pair.stdout], [], [], max(0, end - time.monotonic()))[0]:
                    raise TimeoutError(f"no code from latchkeyctl pair: {told}")
                piece = os.read(pair.stdout.fileno(), 4096)
                if not piece:
                    return None
                told += piece
        return read_code

    def start(self, command, *arguments, user="pi", port=PORT):
        """latchkey enroll or adopt on the laptop, its code still to come on standard input."""
        process = self.laptop.popen(
            "latchkey", command, "--json", "--yes", "--code", "-", *arguments,
            f"{user}@{PI_ADDRESS}:{port}",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def finish(self, process, code=None):
        """Types the code, if any, and waits; (status, JSON object, standard error)."""
        if code is None:
            process.wait(DEADLINE)  # with its standard input open: somebody may still type
        output, errors = process.communicate(f"{code}\n" if code else None, timeout=DEADLINE)
        lines = output.splitlines()
        self.assertEqual(len(lines), 1, f"one JSON object expected: {output!r} {errors!r}")
        return process.returncode, json.loads(lines[0]), errors

    def enrol(self, *arguments, **keywords):
        """With the code from the Pi's own terminal."""
        read_code = self.pair()
        process = self.start("enroll", *arguments, **keywords)
        return self.finish(process, read_code())

    def log_in(self, user="pi"):
        """An ssh that knows nothing of any of this gets in, with the key that it finds by itself,
        through its own way to hidraw; the host key is pinned."""
        done = self.laptop.ssh(user, options=["-o", "StrictHostKeyChecking=yes"])
        self.assertEqual(self.succeed(done), "logged in\n")

    def now(self):
        """On the clock of the trace."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def wait_for_pattern(self, lengths, after, times=1, deadline=DEADLINE):
        """Watches until the line has shown it so often."""
        end = time.monotonic() + deadline
        while True:
            found = find_pattern(self.led.changes(after), lengths, times)
            if found:
                return found
            if time.monotonic() > end:
                changes = self.led.changes(after)
                self.fail(f"no {lengths} in the line: "
                          f"{[(on, round(at - after, 3)) for on, at in changes]}")
            self.trace.read(0.3)

    def wait_for_entry(self, **fields):
        """The first entry of the audit log that has these fields."""
        return wait_until(lambda: next((entry for entry in self.pi.log_entries()
                                        if fields.items() <= entry.items()), None),
                          f"{fields} in the log")

    def wait_for_end(self, reason):
        """Until the window has ended so, its last light is out, and only the daemon is left."""
        self.wait_for_entry(event="window-closed", reason=reason)
        self.wait_until_closed()

    def wait_until_closed(self):
        """However the window has ended."""
        self.pi.wait_for_phase("idle")
        wait_until(lambda: list(self.pi.processes()) == ["latchkeyd"], "all roles have ended")

    def lines(self, user="pi"):
        """Of authorized_keys; none where there is no file."""
        path = self.pi.authorized_keys(user)
        return path.read_text().splitlines() if path.exists() else []

    def assert_private(self, user):
        """The file is this user's alone."""
        path = self.pi.authorized_keys(user)
        state = path.stat()
        self.assertEqual((path.owner(), path.group(), oct(state.st_mode & 0o7777), state.st_nlink),
                         (user, user, "0o600", 1))
        self.assertEqual((path.parent.owner(), oct(path.parent.stat().st_mode & 0o7777)),
                         (user, "0o700"))
