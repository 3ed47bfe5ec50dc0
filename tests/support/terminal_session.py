# SPDX-License-Identifier: MIT
"""A program on a terminal of its own, and the person who reads and types there."""

import fcntl
import os
import pty
import re
import selectors
import signal
import subprocess
import termios

from simulated_pi import DEADLINE


class TerminalSession:
    def __init__(self, command, environment):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command, env=environment, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.master, selectors.EVENT_READ)
        self.shown = ""  # all of it
        self.unread = ""  # behind what was expected last

    def expect(self, pattern):
        """Until the pattern is on the screen, behind what was expected before; the match."""
        while True:
            found = re.search(pattern, self.unread)
            if found:
                self.unread = self.unread[found.end():]
                return found
            if not self.read():
                raise AssertionError(f"{pattern!r} did not come:\n{self.shown}")

    def read(self):
        """What is shown next; False at the end."""
        if not self.selector.select(DEADLINE):
            raise TimeoutError(f"nothing more is shown:\n{self.shown}")
        try:
            piece = os.read(self.master, 4096).decode(errors="replace")
        except OSError:
            piece = ""
        self.shown += piece
        self.unread += piece
        return bool(piece)

    def type(self, text):
        os.write(self.master, text.encode())

    def wait(self):
        """Reads to the end; the exit status."""
        while self.read():
            pass
        return self.process.wait(DEADLINE)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.selector.close()
        os.close(self.master)
