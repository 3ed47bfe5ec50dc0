# SPDX-License-Identifier: MIT
"""The Pi, the laptop and the security key of a story, and what is told of them."""

import shutil

from conversation import Conversation
from hands import Hands
from security_key_person import SecurityKeyPerson
from simulated_key import SimulatedKey, find_program, find_provider
from simulated_pi import Laptop, SimulatedPi, make_folder


def say(text=""):
    print(text, flush=True)


class World:
    """Both machines. A context manager: all that it started is ended at the end."""

    def __init__(self, folder, programs, interactive):
        speed = "normal" if interactive else "fast"
        self.interactive = interactive
        self.build = programs.parent
        self.pi = SimulatedPi(make_folder(folder, "pi"), programs,
                              config=f'name = "raspberrypi"\nspeed = "{speed}"')
        self.laptop = Laptop(make_folder(folder, "laptop"), programs)
        self.board = None
        self.key = None

    def __enter__(self):
        self.pi.start_sshd()
        self.pi.start_daemon()
        self.board = self.pi.board()
        return self

    def __exit__(self, *_):
        if self.key:
            self.key.stop()
        self.pi.stop()

    # --- the security key -------------------------------------------------------------------

    def plug_into_laptop(self):
        self.start_key(self.laptop.folder / "security-key")
        self.laptop.use_security_key(self.key.folder, find_provider(self.build))

    def plug_into_pi(self):
        self.start_key(self.pi.security_key_slot(1))

    def start_key(self, folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        self.key = SimulatedKey(folder, find_program(self.build))

    def move_to_laptop(self):
        """Out of the Pi, into the laptop: the same key, with all that it knows."""
        self.key.stop()
        home = self.laptop.folder / "security-key"
        shutil.move(self.key.folder, home)
        self.plug_into_laptop()

    def trust_its_maker(self):
        """What an administrator does once, for the maker of his keys."""
        self.pi.trust(self.key)

    # --- what happens -----------------------------------------------------------------------

    def introduce(self, simulated):
        status = self.pi.status()
        say("A Pi and a laptop on this machine: real latchkeyd, latchkey, sshd and ssh; only the")
        say(f"{simulated} are simulated.\n")
        say(f"     Pi  latchkeyd waits: window {status['phase']}, LED {status['led']}, "
            f"{'nothing listens' if status['port'] == 0 else 'LISTENING'}")

    def press(self):
        """The port of the window that the press opened."""
        self.board.command("tap")
        status = self.pi.wait_for_phase("open")
        say("     Pi  the button is pressed and released")
        say("    LED  ● · ● · ●  a slow pulse: the window is open\n")
        return status["port"]

    def play(self, command, *options):
        """Runs `latchkey COMMAND pi@…` at the laptop; what it ended with."""
        person = SecurityKeyPerson(self.key) if self.key else None
        if self.interactive:
            return Hands(self, person, [command, *options]).play()
        target = f"{self.pi.user}@127.0.0.1:{self.press()}"
        say(f"laptop$ latchkey {' '.join([command, *options, target])}")
        return Conversation(self.laptop, self.board, person,
                            [command, "--yes", *options, target]).play()

    def log_in(self):
        """A plain ssh with the enrolled key, nothing of latchkey in it."""
        if self.key:
            self.key.touch("yes")
        say(f"\nlaptop$ ssh -p {self.pi.ssh_port} {self.pi.user}@127.0.0.1")
        done = self.laptop.run("ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
                               "-p", str(self.pi.ssh_port), f"{self.pi.user}@127.0.0.1",
                               "echo hello from the Pi")
        say(done.stdout.rstrip() or done.stderr.rstrip())
        log = (self.pi.folder / "sshd.log").read_text(errors="replace")
        accepted = [line for line in log.splitlines() if line.startswith("Accepted publickey")]
        if accepted:
            say(f"   sshd  {accepted[-1]}")
        return done.returncode

    def show_line(self):
        say("\nThe line on the Pi:")
        say("   " + self.pi.authorized_keys.read_text().rstrip())
