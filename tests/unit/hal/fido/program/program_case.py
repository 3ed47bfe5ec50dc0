# SPDX-License-Identifier: MIT
"""latchkey-simulated-key as its users have it: a process, a folder, lines on key.sock, reports on
hid.sock. What the key does with a report is for the other tests of it; here it only has to ask for
a touch (authenticatorSelection), and to remember something (U2F)."""

import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

from key_clients import DEADLINE, Control, Host

PROGRAM = sys.argv[1]
SELECTION = b"\x0b"
OK, DENIED = b"\x00", b"\x27"


class ProgramTestCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "key"

    def spawn(self, *arguments):
        program = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(program.communicate)
        self.addCleanup(program.kill)
        return program

    def start(self, *arguments):
        program = self.spawn(str(self.folder), *arguments)
        line = program.stdout.readline()
        self.assertEqual(line, f"READY {self.folder}\n", line or program.communicate()[1])
        return program

    def fails(self, status, *arguments):
        """Standard error of a program that ends at once."""
        program = self.spawn(*arguments)
        out, errors = program.communicate(timeout=DEADLINE)
        self.assertEqual((program.returncode, out), (status, ""), errors)
        return errors

    def refused(self, status, *arguments):
        return self.fails(status, str(self.folder), *arguments)

    def control(self):
        control = Control(self.folder)
        self.addCleanup(control.close)
        return control

    def host(self):
        host = Host(self.folder)
        self.addCleanup(host.close)
        return host

    def mode(self, name=""):
        return stat.S_IMODE((self.folder / name).stat().st_mode)

    def files(self):
        return sorted(path.name for path in self.folder.iterdir())
