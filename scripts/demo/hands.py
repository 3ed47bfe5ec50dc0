# SPDX-License-Identifier: MIT
"""The interactive demonstration: the LED lives in the first line of the terminal, the person types,
and touches the security key with the space bar."""

import os
import pty
import selectors
import subprocess
import sys
import termios
import tty

from terminal import take_control

KEY = b" "


class Hands:
    def __init__(self, world, security_key_person, arguments):
        self.world, self.person, self.arguments = world, security_key_person, list(arguments)
        self.rows = os.get_terminal_size().lines
        self.led, self.blinks = False, False

    def draw(self):
        lamp = "\x1b[1;33m⬤\x1b[0m" if self.led else "◯"
        key = "   security key  " + ("\x1b[1;32m⬤\x1b[0m  touch it: space bar" if self.blinks
                                     else "◯") if self.person else ""
        sys.stdout.write(f"\x1b7\x1b[1;1H\x1b[2K LED  {lamp}{key}\x1b8")
        sys.stdout.flush()

    def play(self):
        sys.stdout.write(f"\x1b[2J\x1b[3;{self.rows}r\x1b[3;1H")
        self.draw()
        before = termios.tcgetattr(0)
        try:
            print("This terminal is both machines: the Pi's LED is in the first line.", flush=True)
            print("Press Enter to press the Pi's button. ", end="", flush=True)
            sys.stdin.readline()
            self.world.board.command("tap")
            # The port is known only once the window is open; a fixed one is not free everywhere.
            port = self.world.pi.wait_for_phase("open")["port"]
            self.arguments.append(f"{self.world.pi.user}@127.0.0.1:{port}")
            print(f"\nlaptop$ latchkey {' '.join(self.arguments)}", flush=True)
            tty.setraw(0)
            return self.relay()
        finally:
            termios.tcsetattr(0, termios.TCSANOW, before)
            sys.stdout.write(f"\x1b7\x1b[1;{self.rows}r\x1b8")
            sys.stdout.flush()

    def relay(self):
        """Moves bytes between the person and latchkey, and light to the first line."""
        laptop, board = self.world.laptop, self.world.board
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [str(laptop.programs / "latchkey"), *self.arguments],
            env=laptop.household.environment(), stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, preexec_fn=lambda: take_control(slave))
        os.close(slave)
        selector = selectors.DefaultSelector()
        for source in (0, master, board, self.person):
            if source is not None:
                selector.register(source, selectors.EVENT_READ)
        while True:
            for ready, _ in selector.select():
                if ready.fileobj == 0:
                    self.type(master, os.read(0, 1024))
                elif ready.fileobj == master:
                    try:
                        said = os.read(master, 4096)
                    except OSError:
                        return process.wait()
                    sys.stdout.buffer.write(said)
                    sys.stdout.flush()
                elif ready.fileobj is self.person:
                    self.blinks = self.person.begins_to_wait()
                    self.draw()
                else:
                    board.read_line()
                while board.edges:
                    self.led = board.edges.pop(0)[0]
                    self.draw()

    def type(self, master, keys):
        if self.blinks and KEY in keys:
            self.person.touch()
            self.blinks = False
            self.draw()
            keys = keys.replace(KEY, b"")
        if keys:
            os.write(master, keys)
