#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each story of the demonstration ends with a login, twice in a row: it leaves nothing behind that
stops the next."""

import pathlib
import subprocess
import sys
import unittest

from world_test_case import BUILD, PROGRAMS

DEMO = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "demo"


class Demo(unittest.TestCase):
    def play(self, *options):
        done = subprocess.run([sys.executable, "-B", str(DEMO), "--programs", str(PROGRAMS),
                               "--folder", str(BUILD / "e2e" / "demo"), *options],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("hello from the Pi", done.stdout)
        return done.stdout

    def test_the_security_key_in_the_laptop_is_touched_once_to_be_enrolled(self):
        for _ in range(2):
            told = self.play()
            self.assertRegex(told, "Accepted publickey for pi .* ED25519-SK ")
            self.assertIn("touched 2 times for latchkey", told)
            self.assertIn("attested by", told)
            self.assertIn("sk-ssh-ed25519@openssh.com ", told)

    def test_the_security_key_in_the_pi_comes_home(self):
        self.assertRegex(self.play("--key-in-pi"), "Accepted publickey for pi .* ED25519-SK ")

    def test_a_key_in_a_file_needs_no_security_key(self):
        self.assertRegex(self.play("--software"), "Accepted publickey for pi .* ED25519 ")


if __name__ == "__main__":
    unittest.main()
