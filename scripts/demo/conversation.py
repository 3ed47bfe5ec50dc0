# SPDX-License-Identifier: MIT
"""latchkey on a terminal of its own, with the LED and the security key beside it. Somebody reads
the one, types into the other, and touches the third."""

import os
import pty
import selectors
import subprocess
import sys
import termios

from blinks import BlinkPrinter
from led import LedReader
from simulated_pi import DEADLINE
from terminal import take_control

PROMPT = b"> "


class Conversation:
    def __init__(self, laptop, board, security_key_person, arguments):
        self.board, self.person = board, security_key_person
        self.master, slave = pty.openpty()
        attributes = termios.tcgetattr(slave)
        attributes[1] &= ~termios.ONLCR
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        self.process = subprocess.Popen(
            [str(laptop.programs / "latchkey"), *arguments],
            env=laptop.household.environment(TERM="dumb"),
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: take_control(slave))
        os.close(slave)
        self.selector = selectors.DefaultSelector()
        for source in (self.master, board, security_key_person):
            if source is not None:
                self.selector.register(source, selectors.EVENT_READ)
        self.reader, self.printer, self.held = LedReader(), None, b""

    def play(self):
        """Watches until latchkey ends; types the code that the LED blinks."""
        while True:
            ready = {key.fileobj for key, _ in self.selector.select(DEADLINE)}
            if not ready:
                raise TimeoutError("latchkey, the LED and the security key are all silent")
            if self.master in ready and not self.hear():
                return self.process.wait(DEADLINE)
            if self.person in ready and self.person.begins_to_wait():
                self.person.touch()
                print("    key  blinks, and is touched", flush=True)
            if self.board in ready:
                self.board.read_line()
            while self.board.edges:
                self.see(*self.board.edges.pop(0))

    def hear(self):
        """What latchkey says; False at its end. A prompt is held back until the code is known, so
        that the blinks have a line."""
        try:
            said = os.read(self.master, 4096)
        except OSError:
            said = b""
        if not said:
            self.show(self.held)
            return False
        said = self.held + said
        # Whole lines are shown; what does not end yet may be a prompt.
        self.held = said[said.rindex(b"\n") + 1:] if b"\n" in said else said
        if self.printer is None and self.held.rstrip().endswith(PROMPT.strip()):
            self.show(said[:len(said) - len(self.held)])
            self.printer = BlinkPrinter()
            print("   LED  ", end="", flush=True)
        elif not isinstance(self.printer, BlinkPrinter):
            self.show(said)
            if b"passphrase" in self.held.lower() and self.held.rstrip().endswith(b":"):
                os.write(self.master, b"\n")  # a person would think of one
            self.held = b""
        return True

    def see(self, on, milliseconds):
        if not isinstance(self.printer, BlinkPrinter):
            return
        self.printer.feed(on, milliseconds)
        code = self.reader.feed(on, milliseconds)
        if code:
            print(flush=True)
            self.show(self.held)
            self.held, self.printer = b"", "done"
            os.write(self.master, code.encode())

    @staticmethod
    def show(text):
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
