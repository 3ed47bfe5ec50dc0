#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a user can do to the process that carries his uid: stop it in the middle of what it does."""

import os
import pathlib
import signal
import threading
import time
import unittest

from gpio_sim import urgent
from pairing_test_case import PairingTestCase
from world import DEADLINE

WRITER = "latchkey-keyfile"[:15]  # what the kernel keeps of a name
TRIES = 50  # to be quicker than a process that lives for some hundredths of a second


class Stopper(threading.Thread):
    """Waits for a role to appear under the daemon and stops it as soon as it is there. A context
    manager: at the end, the role goes on."""

    def __init__(self, daemon, name):
        super().__init__(daemon=True)
        self.children = pathlib.Path(f"/proc/{daemon}/task/{daemon}/children")
        self.name_of_role = name
        self.pid = None
        self.over = False

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.join(DEADLINE)
        if self.pid:
            try:
                os.kill(self.pid, signal.SIGCONT)
            except ProcessLookupError:
                pass

    def run(self):
        with urgent():
            while not self.over and self.pid is None:
                for pid in map(int, self.children.read_text().split()):
                    self.stop_if_meant(pid)
                time.sleep(0.001)

    def stop_if_meant(self, pid):
        try:
            if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == self.name_of_role:
                os.kill(pid, signal.SIGSTOP)
                self.pid = pid
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has ended meanwhile


class StoppedWriter(PairingTestCase):
    def public_key(self, name):
        path, made = self.laptop.keygen("ed25519", name)
        self.succeed(made)
        return path.with_name(path.name + ".pub")

    def test_a_writer_that_its_user_stops_is_killed_at_its_deadline(self):
        self.succeed(self.pi.ctl("add", self.public_key("first")))
        for attempt in range(TRIES):
            key = self.public_key(f"try{attempt}")
            before = self.pi.authorized_keys().read_bytes()
            with Stopper(self.pi.daemon.pid, WRITER) as stopper:
                begun = time.monotonic()
                refused = self.pi.ctl("add", key)
                took = time.monotonic() - begun
                if refused.returncode != 0:
                    break
        self.assertNotEqual(refused.returncode, 0, "the writer was always quicker than its user")
        self.assertIn("was stopped", refused.stderr)
        self.assertFalse(pathlib.Path(f"/proc/{stopper.pid}").exists())
        self.assertLess(took, 30, "the deadline is 5 s")
        self.assertEqual(self.pi.authorized_keys().read_bytes(), before)
        self.assertEqual(sorted(os.listdir(self.pi.authorized_keys().parent)), ["authorized_keys"])
        self.assertEqual(list(self.pi.processes()), ["latchkeyd"])
        # And the next one is written.
        written = len(self.lines())
        self.succeed(self.pi.ctl("add", self.public_key("last")))
        self.assertEqual(len(self.lines()), written + 1)


if __name__ == "__main__":
    unittest.main()
