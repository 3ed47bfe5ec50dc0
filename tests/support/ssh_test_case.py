# SPDX-License-Identifier: MIT
"""What the tests share that let unmodified OpenSSH use a simulated key, over sk-simulated-
key.so."""

import subprocess

from askpass import Askpass
from key_test_case import BUILD, KeyTestCase
from simulated_key import DEADLINE, find_provider, provider_environment
from simulated_pi import Laptop, make_folder
from ssh_wire import read_private_key

PIN, WRONG_PIN = "correct horse", "battery staple"
KINDS = {"ed25519-sk": "sk-ssh-ed25519@openssh.com",
         "ecdsa-sk": "sk-ecdsa-sha2-nistp256@openssh.com"}
MADE = {"touches_asked": 1, "touches_given": 1, "signatures": 1}
# The provider asks silently whether the key that is plugged in is the right one, and gets no
# signature for that where a PIN is wanted.
SIGNED = {**MADE, "signatures": 2}
SIGNED_WITH_PIN = {**MADE, "pin_tries": 1}


class SshTestCase(KeyTestCase):
    def setUp(self):
        super().setUp()
        self.laptop = Laptop(make_folder(self.folder, "laptop"), BUILD / "bin")
        self.ssh_folder = self.laptop.household.home / ".ssh"
        self.ssh_folder.mkdir(mode=0o700)
        self.askpass = Askpass(self.folder / "askpass")

    def environment(self, key, **extra):
        return self.laptop.household.environment(
            LATCHKEY_SIMULATED_KEY=str(key.folder),
            **provider_environment(find_provider(BUILD), self.folder),
            **self.askpass.environment(), **extra)

    def run_with(self, key, *command, answers=(), input="", cwd=None, **environment):
        """Runs a program to its end; PINs are answered as given."""
        self.askpass.answer(*answers)
        return subprocess.run([str(word) for word in command], input=input, capture_output=True,
                              text=True, timeout=DEADLINE, cwd=cwd or self.ssh_folder,
                              env=self.environment(key, **environment))

    def succeed(self, *arguments, **keywords):
        done = self.run_with(*arguments, **keywords)
        self.assertEqual(done.returncode, 0, f"{done.args} {done.stdout} {done.stderr}")
        return done

    def fail_with(self, message, *arguments, **keywords):
        done = self.run_with(*arguments, **keywords)
        self.assertNotEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout + done.stderr, message)
        return done

    def keygen(self, key, kind, path, *options, **keywords):
        words = [word for option in options for word in ("-O", option)]
        return self.run_with(key, "ssh-keygen", "-t", kind, "-N", "", "-C", "sam@laptop",
                             "-f", path, *words, **keywords)

    def make(self, key, kind="ed25519-sk", *options, name="id", **keywords):
        """A new key pair; the path of its private half."""
        path = self.ssh_folder / name
        done = self.keygen(key, kind, path, *options, **keywords)
        self.assertEqual(done.returncode, 0, f"{done.args} {done.stdout} {done.stderr}")
        self.assertEqual(read_private_key(path).type, KINDS[kind])
        return path

    def fingerprint(self, path):
        return self.laptop.run("ssh-keygen", "-l", "-f", str(path)).stdout.split()[1]
