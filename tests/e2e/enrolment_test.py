#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Press, code, enrolled, logged in: with the real programs, at both ends."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

from simulated_pi import DEADLINE
from world_test_case import WorldTestCase

PEER = pathlib.Path(__file__).resolve().parents[1] / "peer" / "latchkey_peer.py"


class Enrolment(WorldTestCase):
    def log_in(self, key, *options):
        """A plain ssh with that key alone."""
        return self.laptop.run(
            "ssh", "-p", str(self.pi.ssh_port), "-i", str(key), "-o", "IdentitiesOnly=yes",
            "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", *options,
            "pi@127.0.0.1", "echo logged in")

    def test_a_new_key_is_made_enrolled_pinned_and_logged_in_with(self):
        status, result, errors = self.enrol("--key", str(self.laptop.make_key()))
        self.assertEqual(status, 0, errors)
        self.assertEqual(result["result"], "added")
        self.assertEqual(result["login"], "ok")
        done = self.log_in(self.laptop.household.home / ".ssh" / "id_ed25519")
        self.assertEqual(done.stdout, "logged in\n", done.stderr)
        self.assertEqual(self.pi.authorized_keys.stat().st_mode & 0o777, 0o600)
        events = [entry["event"] for entry in self.pi.log_entries()]
        self.assertEqual(events[:2], ["enrolled", "logged-in"])
        self.assertEqual(result["log_position"], 1)

    def test_without_a_terminal_no_key_is_made_unasked_for_a_passphrase(self):
        # --yes answers yes; there is nobody to type a passphrase, so the key has none.
        status, result, errors = self.enrol()
        self.assertEqual(status, 0, errors)
        self.assertTrue((self.laptop.household.home / ".ssh" / "id_ed25519").exists())

    def test_the_same_key_again_is_a_success_and_changes_nothing(self):
        key = self.laptop.make_key()
        self.enrol("--key", str(key))
        self.pi.wait_for_phase("done", "idle")
        before = self.pi.authorized_keys.read_bytes()
        status, result, errors = self.enrol("--key", str(key))
        self.assertEqual(status, 0, errors)
        self.assertEqual(result["result"], "already-there")
        self.assert_untouched(before)

    def test_every_software_key_type_of_openssh_logs_in(self):
        for name, arguments in (("rsa", ("-t", "rsa", "-b", "2048")),
                                ("ecdsa", ("-t", "ecdsa", "-b", "384")),
                                ("ed25519", ("-t", "ed25519"))):
            with self.subTest(name):
                key = self.laptop.make_key("id_" + name, *arguments)
                status, result, errors = self.enrol("--key", str(key))
                self.assertEqual(status, 0, errors)
                self.assertEqual(self.log_in(key).returncode, 0)

    def test_a_key_from_the_agent_is_enrolled_without_its_file(self):
        agent = subprocess.Popen(
            ["ssh-agent", "-D", "-a", str(self.laptop.folder / "agent.sock")],
            stdout=subprocess.PIPE, text=True, env=self.laptop.household.environment())
        self.addCleanup(agent.wait)
        self.addCleanup(agent.terminate)
        self.addCleanup(agent.stdout.close)
        agent.stdout.readline()  # it listens once it says where
        key = self.laptop.make_key("elsewhere")
        environment = self.laptop.household.environment(
            SSH_AUTH_SOCK=str(self.laptop.folder / "agent.sock"))
        subprocess.run(["ssh-add", "-q", str(key)], env=environment, check=True)
        key.unlink()
        self.laptop.household.environment = lambda **extra: environment | extra
        status, result, errors = self.enrol()
        self.assertEqual(status, 0, errors)
        self.assertEqual(result["login"], "ok")

    def test_limits_are_written_and_enforced_by_sshd(self):
        key = self.laptop.make_key()
        status, _, errors = self.enrol("--key", str(key), "--from", "127.0.0.0/8",
                                       "--expires", "90d", "--restrict")
        self.assertEqual(status, 0, errors)
        line = self.pi.authorized_keys.read_text()
        for option in ('from="127.0.0.0/8"', "expiry-time=", "restrict"):
            self.assertIn(option, line)

    def test_what_stood_in_the_file_stays_byte_for_byte(self):
        ssh = self.pi.household.home / ".ssh"
        ssh.mkdir(mode=0o700)
        old = b"# mine\r\n\n  ssh-ed25519 nonsense\nno newline at the end"
        (ssh / "authorized_keys").write_bytes(old)
        os.chmod(ssh / "authorized_keys", 0o640)
        status, _, errors = self.enrol("--key", str(self.laptop.make_key()))
        self.assertEqual(status, 0, errors)
        new = self.pi.authorized_keys.read_bytes()
        self.assertTrue(new.startswith(old + b"\n"))
        self.assertEqual(new[len(old) + 1:].count(b"\n"), 1)
        self.assertEqual(self.pi.authorized_keys.stat().st_mode & 0o777, 0o640)

    def test_latchkeyctl_pair_shows_the_code_in_digits(self):
        pair = subprocess.Popen(
            [str(self.pi.programs / "latchkeyctl"), "--socket",
             str(self.pi.simulation / "ctl.sock"), "pair"],
            env=self.pi.household.environment(), stdout=subprocess.PIPE, text=True)
        self.addCleanup(pair.stdout.close)
        port = self.pi.wait_for_phase("open")["port"]
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        code = None
        for line in pair.stdout:
            if line.startswith("Code:"):
                code = line.split(":")[1].replace(" ", "").strip()
                break
        status, result, errors = self.finish(process, code)
        self.assertEqual(status, 0, errors)
        self.assertEqual(pair.wait(DEADLINE), 0)

    def test_latchkeyctl_adds_a_key_by_hand(self):
        key = self.laptop.make_key()
        done = self.pi.ctl("add", str(key) + ".pub")
        self.assertEqual(done.returncode, 0, done.stderr)
        known = f"[127.0.0.1]:{self.pi.ssh_port} " + (
            self.pi.folder / "ssh_host_ed25519_key.pub").read_text()
        (self.laptop.household.home / ".ssh" / "known_hosts").write_text(known)
        self.assertEqual(self.log_in(key).stdout, "logged in\n")
        done = self.pi.ctl("add", "-", input="ssh-ed25519 AAAA junk\n")
        self.assertEqual(done.returncode, 1)
        done = self.pi.ctl("add", "--user", "root", str(key) + ".pub")
        self.assertEqual(done.returncode, 1)
        self.assertIn("may not be enrolled", done.stderr)

    def test_an_independent_peer_in_python_enrols_a_key(self):
        key = self.laptop.make_key()
        board, port = self.open_window()
        peer = subprocess.Popen(
            [sys.executable, str(PEER), "--host", "127.0.0.1", "--port", str(port), "--code", "-",
             "--key", str(key), "--account", "pi"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        output, _ = peer.communicate(board.read_code() + "\n", timeout=DEADLINE)
        self.assertEqual(peer.returncode, 0, output)
        self.assertEqual(json.loads(output)["code"], 0, output)
        public = pathlib.Path(str(key) + ".pub").read_text().split()[1]
        self.assertIn(public, self.pi.authorized_keys.read_text())

    def test_undo_takes_the_key_out_again(self):
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        status, _, errors = self.finish(process, board.read_code())
        self.assertEqual(status, 0, errors)
        board.command("hold 3100")
        self.pi.wait_for_phase("idle")
        self.assertEqual(self.pi.authorized_keys.read_bytes(), b"")


class ConfirmingEnrolment(WorldTestCase):
    CONFIG = 'confirm = "press"\ncode = "strict"'

    def test_nothing_is_written_before_the_second_press(self):
        board, port = self.open_window()
        process = self.start_enrol(port, "--key", str(self.laptop.make_key()))
        code = board.read_code()
        self.assertEqual(len(code), 10)
        process.stdin.write(code + "\n")
        process.stdin.flush()
        self.pi.wait_for_phase("confirming")
        self.assertFalse(self.pi.authorized_keys.exists())
        board.command("tap")
        status, result, errors = self.finish(process)
        self.assertEqual(status, 0, errors)
        self.assertEqual(result["login"], "ok")


if __name__ == "__main__":
    unittest.main()
