# SPDX-License-Identifier: MIT
"""A program on a terminal, and the person who sits at it."""

import fcntl
import os
import pty
import re
import select
import subprocess
import termios
import time

from simulated_key import DEADLINE


class Console:
    """Runs a program on a terminal of its own. A context manager: it is ended at the end."""

    def __init__(self, arguments, environment):
        self.terminal, slave = pty.openpty()
        self.process = subprocess.Popen(
            [str(word) for word in arguments], stdin=slave, stdout=slave, stderr=slave,
            env=environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.screen, self.seen = "", 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.terminal)

    def read(self, end):
        """More of what is on the screen; False at the program's end."""
        if not select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            raise AssertionError(f"nothing more comes, after:\n{self.screen}")
        try:
            piece = os.read(self.terminal, 4096)
        except OSError:
            piece = b""
        self.screen += piece.decode(errors="replace").replace("\r", "")
        return bool(piece)

    def expect(self, text):
        """Waits until this is on the screen, behind what was expected before."""
        self.expect_match(re.escape(text))

    def expect_match(self, pattern):
        """The same for a regular expression."""
        end = time.monotonic() + DEADLINE
        while not (found := re.compile(pattern).search(self.screen, self.seen)):
            if not self.read(end):
                raise AssertionError(f"no {pattern!r} in:\n{self.screen}")
        self.seen = found.end()

    def type(self, text):
        os.write(self.terminal, text.encode())

    def answer(self, question, text):
        self.expect(question)
        self.type(text + "\n")

    def echoes(self):
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)

    def finish(self):
        """Its exit status, at its end."""
        end = time.monotonic() + DEADLINE
        while self.read(end):
            pass
        return self.process.wait(DEADLINE)
