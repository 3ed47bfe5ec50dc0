#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keys on a simulated security key sign and log in: unmodified ssh-keygen -Y, ssh, ssh-add, ssh-
agent and sshd."""

import os
import re
import subprocess
import unittest

from fido2_client import set_pin
from key_test_case import BUILD
from simulated_key import DEADLINE, counted, find_provider
from simulated_pi import SimulatedPi, make_folder
from ssh_test_case import KINDS, PIN, SIGNED, SIGNED_WITH_PIN, WRONG_PIN, SshTestCase


class Signatures(SshTestCase):
    """ssh-keygen -Y sign and verify."""

    def sign(self, key, path, message, **keywords):
        message.with_name(message.name + ".sig").unlink(missing_ok=True)
        return self.run_with(key, "ssh-keygen", "-Y", "sign", "-f", path, "-n", "file", message,
                             **keywords)

    def verify(self, path, message):
        public = path.with_name(path.name + ".pub").read_text()
        allowed = self.folder / "allowed_signers"
        allowed.write_text(f"sam@laptop {public}")
        with message.open() as text:
            done = subprocess.run(
                ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", "sam@laptop", "-n", "file",
                 "-s", f"{message}.sig"], stdin=text, capture_output=True, text=True,
                timeout=DEADLINE, env=self.laptop.household.environment())
        return done.returncode == 0

    def test_are_verified_by_ssh_keygen(self):
        message = self.folder / "message"
        for kind in KINDS:
            with self.subTest(kind=kind):
                key = self.start_key(name=kind)
                path = self.make(key, kind, name=kind)
                message.write_text("what is signed\n")
                done = counted(key, lambda: self.sign(key, path, message), **SIGNED)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(self.verify(path, message))
                message.write_text("something else\n")
                self.assertFalse(self.verify(path, message))

    def test_of_verify_required_keys_need_the_pin(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        path = self.make(key, "ed25519-sk", "verify-required", answers=[PIN])
        message = self.folder / "message"
        message.write_text("what is signed\n")
        done = counted(key, lambda: self.sign(key, path, message, answers=[WRONG_PIN]),
                       pin_tries=1, wrong_pins=1)
        self.assertNotEqual(done.returncode, 0)
        done = counted(key, lambda: self.sign(key, path, message, answers=[PIN]), **SIGNED_WITH_PIN)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.verify(path, message))


class SshdTestCase(SshTestCase):
    """With an sshd, where the user pi lives."""

    def setUp(self):
        super().setUp()
        self.pi = SimulatedPi(make_folder(self.folder, "pi"), BUILD / "bin")
        self.addCleanup(self.pi.stop)
        self.pi.start_sshd()

    def authorize(self, path, options=""):
        """The only key that sshd lets in."""
        self.pi.authorized_keys.parent.mkdir(mode=0o700, exist_ok=True)
        public = path.with_name(path.name + ".pub").read_text()
        self.pi.authorized_keys.write_text(f"{options} {public}".lstrip())
        os.chmod(self.pi.authorized_keys, 0o600)

    def ssh(self, key, *options, **keywords):
        return self.run_with(
            key, "ssh", "-F", "none", "-o", "StrictHostKeyChecking=accept-new",
            "-o", f"UserKnownHostsFile={self.folder}/known_hosts", "-o", "ControlPath=none",
            "-o", "SecurityKeyProvider=$SSH_SK_PROVIDER",
            "-o", "PreferredAuthentications=publickey", "-p", self.pi.ssh_port, *options,
            "pi@127.0.0.1", "echo hello", **keywords)

    def login(self, key, path, **keywords):
        return self.ssh(key, "-i", path, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
                        **keywords)

    def assert_in(self, done, kind, path):
        """Logged in, and with that key, as sshd says."""
        self.assertEqual((done.returncode, done.stdout), (0, "hello\n"), done.stderr)
        accepted = re.findall(r"Accepted publickey for pi from \S+ port \d+ ssh2: (\S+) (\S+)",
                              (self.pi.folder / "sshd.log").read_text())
        self.assertEqual(accepted[-1], (kind.upper(), self.fingerprint(path)))

    def assert_out(self, done):
        self.assertEqual(done.returncode, 255, done.stdout)
        self.assertIn("Permission denied (publickey)", done.stderr)


class Logins(SshdTestCase):
    """ssh to sshd."""

    def test_with_a_touch(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                key = self.start_key(name=kind)
                path = self.make(key, kind, name=kind)
                self.authorize(path)
                done = counted(key, lambda: self.login(key, path), **SIGNED)
                self.assert_in(done, kind, path)

    def test_without_a_touch(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                key = self.start_key(name=kind)
                path = self.make(key, kind, "no-touch-required", name=kind)
                key.touch("never")
                self.authorize(path)
                self.assert_out(self.login(key, path))
                self.authorize(path, "no-touch-required")
                done = counted(key, lambda: self.login(key, path), signatures=2)
                self.assert_in(done, kind, path)

    def test_with_a_pin(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                key = self.start_key(name=kind)
                set_pin(key.folder, PIN)
                path = self.make(key, kind, "verify-required", name=kind, answers=[PIN])
                self.authorize(path, "verify-required")
                done = counted(key, lambda: self.login(key, path, answers=[PIN]), **SIGNED_WITH_PIN)
                self.assert_in(done, kind, path)
                self.assertEqual(len(self.askpass.asked()), 1)
                done = counted(key, lambda: self.login(key, path, answers=[WRONG_PIN, PIN]),
                               pin_tries=1, wrong_pins=1)
                self.assert_out(done)

    def test_a_touch_alone_is_not_enough_where_sshd_wants_verification(self):
        key = self.start_key()
        path = self.make(key)
        self.authorize(path, "verify-required")
        self.assert_out(counted(key, lambda: self.login(key, path), **SIGNED))

    def test_with_a_finger(self):
        key = self.start_key("fido-2.1-built-in-uv")
        path = self.make(key, "ed25519-sk", "verify-required")
        self.authorize(path, "verify-required")
        done = counted(key, lambda: self.login(key, path), verifications_asked=1,
                       verifications_given=1, signatures=1)
        self.assert_in(done, "ed25519-sk", path)

    def test_with_a_u2f_only_key(self):
        key = self.start_key("u2f-only")
        path = self.make(key, "ecdsa-sk")
        self.authorize(path)
        self.assert_in(self.login(key, path), "ecdsa-sk", path)

    def test_with_a_resident_key(self):
        key = self.start_key()
        path = self.make(key, "ed25519-sk", "resident", "application=ssh:pi")
        self.authorize(path)
        self.assert_in(counted(key, lambda: self.login(key, path), **SIGNED), "ed25519-sk", path)

    def test_not_when_the_touch_is_declined(self):
        key = self.start_key()
        path = self.make(key)
        self.authorize(path)
        key.touch("no")
        # A key that declines may want a PIN: ssh asks for one, and tries again, once.
        self.assert_out(counted(key, lambda: self.login(key, path), touches_asked=2, signatures=2))

    def test_not_with_another_key_in_its_place(self):
        key = self.start_key()
        path = self.make(key)
        self.authorize(path)
        key.stop()
        key.folder.rename(self.folder / "drawer")
        other = self.start_key()
        self.assertEqual(other.folder, key.folder)
        self.assert_out(counted(other, lambda: self.login(other, path)))
        other.stop()
        other.folder.rename(self.folder / "bin")
        (self.folder / "drawer").rename(key.folder)
        key.start()
        self.assert_in(self.login(key, path), "ed25519-sk", path)

    def test_not_with_a_key_that_flips_bits(self):
        key = self.start_key()
        path = self.make(key)
        self.authorize(path)
        key.stop()
        self.assert_out(self.login(self.start_key(wrong_signature="true"), path))

    def test_not_when_unplugged(self):
        key = self.start_key()
        path = self.make(key)
        self.authorize(path)
        key.unplug()
        self.assert_out(self.login(key, path))
        key.plug()
        self.assert_in(self.login(key, path), "ed25519-sk", path)


class Agent(SshdTestCase):
    """ssh-agent signs, with the provider on its list."""

    def setUp(self):
        super().setUp()
        self.key = self.start_key()
        self.start_agent(str(find_provider(BUILD).parent / "*"))

    def start_agent(self, allowed):
        self.socket = self.folder / f"agent{len(list(self.folder.glob('agent*')))}"
        agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(self.socket), "-P", allowed],
                                 env=self.environment(self.key), stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(agent.stdout.close)
        self.addCleanup(agent.wait, DEADLINE)
        self.addCleanup(agent.terminate)
        agent.stdout.readline()  # it says where it is when it is there

    def add(self, *words, **keywords):
        return self.run_with(self.key, "ssh-add", *words, SSH_AUTH_SOCK=str(self.socket),
                             **keywords)

    def login_through_agent(self, path, **keywords):
        return self.ssh(self.key, "-o", f"IdentityAgent={self.socket}", "-o", "IdentityFile=none",
                        "-i", path.with_name(path.name + ".pub"), "-o", "IdentitiesOnly=yes",
                        **keywords)

    def test_signs_with_a_file_that_was_added(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                path = self.make(self.key, kind, name=kind)
                self.authorize(path)
                done = counted(self.key, lambda: self.add(path))
                self.assertEqual(done.returncode, 0, done.stderr)
                path.rename(self.folder / f"{kind}.away")
                done = counted(self.key, lambda: self.login_through_agent(path), **SIGNED)
                self.assert_in(done, kind, path.with_name(path.name + ".pub"))

    def test_signs_with_resident_keys(self):
        set_pin(self.key.folder, PIN)
        path = self.make(self.key, "ed25519-sk", "resident", answers=[PIN])
        self.authorize(path)
        done = counted(self.key, lambda: self.add("-K", answers=[PIN]), pin_tries=3)
        self.assertEqual(len(self.askpass.asked()), 1)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.fingerprint(path), self.add("-l").stdout)
        path.rename(self.folder / "away")
        done = counted(self.key, lambda: self.login_through_agent(path), **SIGNED)
        self.assert_in(done, "ed25519-sk", path.with_name("id.pub"))

    def test_asks_for_the_pin_itself(self):
        set_pin(self.key.folder, PIN)
        path = self.make(self.key, "ed25519-sk", "verify-required", answers=[PIN])
        self.authorize(path, "verify-required")
        self.assertEqual(self.add(path).returncode, 0)
        done = counted(self.key, lambda: self.login_through_agent(path, answers=[PIN]),
                       **SIGNED_WITH_PIN)
        self.assert_in(done, "ed25519-sk", path)

    def test_loads_no_provider_that_is_not_on_its_list(self):
        self.start_agent("/usr/lib/*")
        path = self.make(self.key)
        self.assertNotEqual(self.add(path).returncode, 0)


if __name__ == "__main__":
    unittest.main()
