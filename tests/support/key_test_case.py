# SPDX-License-Identifier: MIT
"""What the tests of the simulated security key share: a folder for each test, and keys in it that
are ended with it."""

import os
import pathlib
import unittest
import zlib

from simulated_key import SimulatedKey, find_program
from simulated_pi import make_folder

BUILD = pathlib.Path(os.environ.get("LATCHKEY_BUILD", "build/release")).resolve()


class KeyTestCase(unittest.TestCase):
    def setUp(self):
        # Short: the path of a socket has at most 107 bytes.
        self.folder = make_folder(BUILD / "e2e", f"{zlib.crc32(self.id().encode()):08x}")

    def start_key(self, model="fido-2.1", touch="yes", name="key", **knobs):
        """A key that is touched whenever it asks, unless the test says otherwise."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        settings = [f"--set={knob}={value}" for knob, value in knobs.items()]
        key = SimulatedKey(folder, find_program(BUILD), "--model", model, "--touch", touch,
                           *settings)
        self.addCleanup(key.stop)
        return key
