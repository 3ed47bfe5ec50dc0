# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: a Pi and a laptop for each test, torn down again."""

import json
import os
import pathlib
import subprocess
import unittest
import zlib

from simulated_pi import DEADLINE, Laptop, SimulatedPi, make_folder

BUILD = pathlib.Path(os.environ.get("LATCHKEY_BUILD", "build/release")).resolve()
PROGRAMS = BUILD / "bin"


class WorldTestCase(unittest.TestCase):
    """self.pi and self.laptop; sshd and the daemon run unless a test says otherwise."""

    CONFIG = ""
    SSHD_CONFIG = ""
    START = True

    def setUp(self):
        # Short: the path of a socket has at most 107 bytes.
        folder = make_folder(BUILD / "e2e", f"{zlib.crc32(self.id().encode()):08x}")
        self.pi = SimulatedPi(make_folder(folder, "pi"), PROGRAMS, self.CONFIG, self.SSHD_CONFIG)
        self.laptop = Laptop(make_folder(folder, "laptop"), PROGRAMS)
        self.addCleanup(self.pi.stop)
        if self.START:
            self.pi.start_sshd()
            self.pi.start_daemon()

    def open_window(self):
        """Presses the button; returns the board and the port that is listened on."""
        board = self.pi.board()
        self.addCleanup(board.close)
        board.command("tap")
        return board, self.pi.wait_for_phase("open")["port"]

    def start_enrol(self, port, *arguments, user="pi", host="127.0.0.1"):
        """latchkey enroll --json, its code still to come on standard input."""
        return self.laptop.popen(
            "enroll", "--json", "--yes", "--code", "-", *arguments, f"{user}@{host}:{port}",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, process, code=None):
        """Types the code, if any, and waits; returns (status, JSON object, standard error)."""
        if code is None:
            process.wait(DEADLINE)  # with its standard input open: somebody may still type
        output, errors = process.communicate(f"{code}\n" if code else None, timeout=DEADLINE)
        lines = output.splitlines()
        self.assertEqual(len(lines), 1, f"one JSON object expected: {output!r} {errors!r}")
        return process.returncode, json.loads(lines[0]), errors

    def enrol(self, *arguments, **keywords):
        """The whole story with the code read from the LED."""
        board, port = self.open_window()
        process = self.start_enrol(port, *arguments, **keywords)
        code = board.read_code()
        return self.finish(process, code)

    def assert_untouched(self, before):
        """authorized_keys is byte for byte as before (None: not there)."""
        path = self.pi.authorized_keys
        self.assertEqual(path.read_bytes() if path.exists() else None, before)


def another_code(code):
    """A code that differs and still passes the check group: two groups that weigh the same."""
    digits = [int(digit) - 1 for digit in code]
    digits[0] = (digits[0] + 1) % 5
    digits[4] = (digits[4] - 1) % 5
    return "".join(str(digit + 1) for digit in digits)
