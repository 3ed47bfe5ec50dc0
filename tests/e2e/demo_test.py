#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The demo, twice in a row: it ends with a login and leaves nothing behind that stops the next."""

import pathlib
import subprocess
import sys
import unittest

from world_test_case import PROGRAMS

DEMO = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "demo"


class Demo(unittest.TestCase):
    def test_it_works_twice(self):
        for _ in range(2):
            done = subprocess.run([sys.executable, str(DEMO), "--programs", str(PROGRAMS)],
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("hello from the Pi", done.stdout)
            self.assertIn("Accepted publickey for pi", done.stdout)


if __name__ == "__main__":
    unittest.main()
