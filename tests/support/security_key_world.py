# SPDX-License-Identifier: MIT
"""A Pi, a laptop and security keys that are plugged into the one or the other."""

import os
import shutil
import subprocess

from console import Console
from simulated_key import COUNTERS, SimulatedKey, find_program, find_provider
from world_test_case import BUILD, WorldTestCase

PIN, WRONG_PIN = "correct horse", "battery staple"


class SecurityKeyWorld(WorldTestCase):
    def start_key(self, folder, model, touch, knobs):
        folder.mkdir(mode=0o700, exist_ok=True)
        settings = [f"--set={knob}={value}" for knob, value in knobs.items()]
        key = SimulatedKey(folder, find_program(BUILD), "--model", model, "--touch", touch,
                           *settings)
        self.addCleanup(key.stop)
        return key

    def key_in_laptop(self, model="fido-2.1", touch="yes", name="key", **knobs):
        """Plugged into the laptop; ssh there finds it as well."""
        key = self.start_key(self.laptop.folder / name, model, touch, knobs)
        self.laptop.use_security_key(key.folder, find_provider(BUILD))
        return key

    def key_in_pi(self, model="fido-2.1", touch="yes", slot=1, **knobs):
        return self.start_key(self.pi.security_key_slot(slot), model, touch, knobs)

    def move_to_laptop(self, key, touch="yes"):
        """Out of the Pi, into the laptop. The key as it is there."""
        model = key.state()["model"]
        key.stop()
        home = self.laptop.folder / "moved"
        shutil.move(key.folder, home)
        return self.key_in_laptop(model, touch, "moved")

    def open_at_terminal(self):
        """A new window, from the Pi's own terminal, which tells the code at once: the LED takes its
        time, and has tests of its own. Returns the port, and what waits for the code (None: the
        window closed without one)."""
        if self.pi.status()["phase"] != "idle":
            self.pi.stop_daemon()
            self.pi.start_daemon()
        pair = subprocess.Popen(
            [str(self.pi.programs / "latchkeyctl"), "--socket",
             str(self.pi.simulation / "ctl.sock"), "pair"],
            env=self.pi.household.environment(), stdout=subprocess.PIPE, text=True)
        self.addCleanup(pair.communicate)
        self.addCleanup(pair.kill)
        told = (line.split(":")[1].replace(" ", "").strip() for line in pair.stdout
                if line.startswith("Code:"))
        return self.pi.wait_for_phase("open")["port"], lambda: next(told, None)

    def enrol(self, *arguments, **keywords):
        """As in every world, with the code from the Pi's own terminal."""
        port, read_code = self.open_at_terminal()
        process = self.start_enrol(port, *arguments, **keywords)
        return self.finish(process, read_code())

    def latchkey(self, *arguments):
        """On a terminal of its own."""
        session = Console([self.laptop.programs / "latchkey", *arguments],
                          self.laptop.household.environment(TERM="dumb"))
        self.addCleanup(session.close)
        return session

    def ssh_files(self):
        """Names in the laptop's ~/.ssh, ssh's own configuration left out."""
        ssh = self.laptop.household.home / ".ssh"
        return sorted(set(os.listdir(ssh)) - {"config", "known_hosts"}) if ssh.exists() else []

    def log_in(self, *options):
        """A plain ssh with whatever key ssh finds by itself."""
        return self.laptop.run(
            "ssh", "-p", str(self.pi.ssh_port), "-o", "StrictHostKeyChecking=yes",
            "-o", "BatchMode=yes", *options, "pi@127.0.0.1", "echo logged in")

    def assert_counted(self, key, **expected):
        """Exactly these counters have moved since the key was plugged in."""
        counters = key.counters()
        self.assertEqual({name: counters[name] for name in COUNTERS if counters[name]},
                         expected, key.state()["events"])
