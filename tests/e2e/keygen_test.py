#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keys that latchkey makes on a simulated security key, lists and brings here, and what unmodified
OpenSSH does with them; every touch and every PIN is counted by the security key itself."""

import json
import os
import signal
import subprocess
import unittest
from dataclasses import replace

from console import Console
from fido2_client import set_pin
from key_test_case import BUILD
from simulated_key import DEADLINE, counted, find_provider
from ssh_test_case import KINDS, MADE, PIN, SIGNED, SIGNED_WITH_PIN, WRONG_PIN, SshTestCase
from ssh_wire import read_private_key

LATCHKEY = BUILD / "bin" / "latchkey"
# libfido2 proves the PIN once for each of its calls: whether such a resident key exists, making one;
# how many there are, for whom, which. A wrong PIN ends it at the first.
RESIDENT_MADE = {**MADE, "pin_tries": 2}
RESIDENTS_READ = {"pin_tries": 3}
TYPES = {"ed25519": "id_ed25519_sk", "ecdsa": "id_ecdsa_sk"}


class LatchkeyTestCase(SshTestCase):
    def latchkey(self, key, *arguments, **keywords):
        """Without a terminal."""
        return self.run_with(key, LATCHKEY, *arguments, **keywords)

    def console(self, key, *arguments):
        """On a terminal."""
        # SSH_ASKPASS is not for what is asked on the terminal.
        environment = self.environment(key, TERM="dumb") | {"SSH_ASKPASS_REQUIRE": "never"}
        console = Console([LATCHKEY, *arguments], environment)
        self.addCleanup(console.__exit__)
        return console

    def with_pin(self, key, *arguments, pins=(PIN,), status=0):
        """On a terminal where these PINs are typed; what was on the screen."""
        console = self.console(key, *arguments)
        for pin in pins:
            console.answer("tries left): ", pin)
        self.assertEqual(console.finish(), status, console.screen)
        for pin in pins:
            self.assertNotIn(pin, console.screen)
        return console.screen

    def make_here(self, key, *options, name=None, expected=MADE, **keywords):
        """A key made by latchkey; the path of its private file."""
        done = counted(key, lambda: self.latchkey(key, "keygen", "--json", *options, **keywords),
                       **expected)
        self.assertEqual(done.returncode, 0, done.stderr)
        made = json.loads(done.stdout)
        self.assertTrue(made["ok"])
        path = self.ssh_folder / (name or os.path.basename(made["file"]))
        self.assertEqual(made["file"], str(path))
        self.assertEqual(made["fingerprint"], self.fingerprint(path))
        return path

    def files(self):
        return sorted(path.name for path in self.ssh_folder.iterdir())

    def assert_signs(self, key, path, expected=None, **keywords):
        """ssh-keygen -Y sign, and -Y verify."""
        message = self.folder / "message"
        message.write_text("what is signed\n")
        message.with_name("message.sig").unlink(missing_ok=True)
        done = counted(key, lambda: self.run_with(key, "ssh-keygen", "-Y", "sign", "-f", path, "-n",
                                                  "file", message, **keywords),
                       **(expected or SIGNED))
        self.assertEqual(done.returncode, 0, done.stderr)
        allowed = self.folder / "allowed_signers"
        allowed.write_text("sam " + path.with_name(path.name + ".pub").read_text())
        self.succeed(key, "ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "sam", "-n", "file",
                     "-s", f"{message}.sig", input=message.read_text())


class Making(LatchkeyTestCase):
    def test_gives_a_file_that_every_program_of_openssh_takes(self):
        key = self.start_key()
        for kind, name in TYPES.items():
            with self.subTest(kind=kind):
                path = self.make_here(key, "-t", kind, "-C", "a comment", name=name)
                self.assertEqual(path.stat().st_mode & 0o777, 0o600)
                public = path.with_name(name + ".pub")
                self.assertEqual(public.stat().st_mode & 0o777, 0o644)
                self.assertEqual(read_private_key(path).type, KINDS[f"{kind}-sk"])
                done = self.succeed(key, "ssh-keygen", "-y", "-f", path)
                self.assertEqual(done.stdout, public.read_text())
                done = self.succeed(key, "ssh-keygen", "-l", "-f", path)
                self.assertRegex(done.stdout,
                                 rf"^256 SHA256:\S+ a comment \({kind.upper()}-SK\)\n$")
                self.assert_signs(key, path)
                self.succeed(key, "ssh-keygen", "-p", "-P", "", "-N", "a passphrase", "-f", path)
                done = self.succeed(key, "ssh-keygen", "-y", "-P", "a passphrase", "-f", path)
                self.assertEqual(done.stdout, public.read_text())

    def test_by_u2f_alone_makes_ecdsa(self):
        key = self.start_key("u2f-only")
        path = self.make_here(key, name="id_ecdsa_sk")
        self.assert_signs(key, path, MADE)  # U2F tells without a signature whose handle it is

    def test_makes_ecdsa_where_the_key_knows_no_other(self):
        for name, model, knobs in (("says", "no-ed25519", {}),
                                   ("lies", "fido-2.1", {"claims_ed25519": "true",
                                                         "algorithms": "-7"})):
            with self.subTest(name):
                key = self.start_key(model, name=name, **knobs)
                done = self.latchkey(key, "keygen", "--json", "-f", self.ssh_folder / name)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("ECDSA", done.stderr)
                self.assertEqual(read_private_key(self.ssh_folder / name).type, KINDS["ecdsa-sk"])

    def test_asks_for_the_pin_once_and_before_the_touch(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        screen = counted(key, lambda: self.with_pin(
            key, "keygen", "--resident", "--verify-required"), **RESIDENT_MADE)
        self.assertRegex(screen, r"it will ask for its PIN, then a touch\n.*\(8 tries left\)")
        path = self.ssh_folder / "id_ed25519_sk"
        self.assert_signs(key, path, SIGNED_WITH_PIN, answers=[PIN])

    def test_asks_for_no_pin_where_none_is_needed(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        self.make_here(key)

    def test_ends_after_two_wrong_pins(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        counted(key, lambda: self.with_pin(key, "keygen", "--resident", status=65,
                                           pins=(WRONG_PIN, "and another")),
                pin_tries=2, wrong_pins=2)
        self.assertEqual(self.files(), [])

    def test_sends_no_pin_that_was_not_typed(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        for typed in ("", "\x03", "\x04"):
            with self.subTest(typed):
                console = self.console(key, "keygen", "--resident")
                console.expect("tries left): ")
                self.assertFalse(console.echoes())
                console.type(typed or "\n")
                status = counted(key, console.finish)
                self.assertEqual(status, 130, console.screen)
        done = counted(key, lambda: self.latchkey(key, "keygen", "--resident", "--json"))
        self.assertEqual(json.loads(done.stdout)["error"], "needs-terminal")
        self.assertEqual(self.files(), [])

    def test_leaves_the_terminal_as_it_was(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        script = f"{LATCHKEY} keygen --resident; stty -a; echo over"
        console = Console(["sh", "-c", script], self.environment(key))
        self.addCleanup(console.__exit__)
        console.expect("tries left): ")
        console.type("123\x03")
        console.expect("over\n")
        self.assertRegex(console.screen, r"[^-]icanon")
        self.assertRegex(console.screen, r"[^-]echo ")

    def test_is_cancelled_by_ctrl_c_at_the_key_too(self):
        key = self.start_key(touch="never")
        console = self.console(key, "keygen")
        console.expect("Touch the security key.")
        key.wait_for("touch")
        console.type("\x03")
        self.assertEqual(console.finish(), 130, console.screen)
        key.wait_for("nothing")
        self.assertEqual(key.counters()["cancelled"], 1)
        self.assertEqual(self.files(), [])

    def test_is_cancelled_by_a_signal_without_a_terminal(self):
        key = self.start_key(touch="never")
        process = subprocess.Popen([str(LATCHKEY), "keygen", "--json"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                                   env=self.environment(key), text=True)
        key.wait_for("touch")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=DEADLINE)
        self.assertEqual((process.returncode, json.loads(output)["error"]), (130, "cancelled"))

    def test_tells_what_the_key_will_not_do(self):
        for model, knobs, options, error in (
                ("fido-2.1", {}, ["--resident"], "pin-not-set"),
                ("fido-2.0-no-pin", {}, ["--verify-required"], "security-key-cannot"),
                ("u2f-only", {}, ["--resident"], "security-key-cannot"),
                ("u2f-only", {}, ["-t", "ed25519"], "no-such-algorithm"),
                ("fido-2.1-always-uv", {}, [], "pin-not-set"),
                ("no-ed25519", {}, ["-t", "ed25519"], "no-such-algorithm"),
                ("fido-2.1", {"wrong_rp": "true"}, [], "security-key-nonsense"),
                ("fido-2.1", {"wrong_signature": "true"}, [], "security-key-nonsense")):
            with self.subTest(model=model, options=options, **knobs):
                key = self.start_key(model, name=f"k{len(list(self.folder.iterdir()))}", **knobs)
                done = self.latchkey(key, "keygen", "--json", *options)
                self.assertEqual(json.loads(done.stdout)["error"], error, done.stderr)
                self.assertEqual(self.files(), [])

    def test_tells_that_it_is_full(self):
        key = self.start_key("full")
        set_pin(key.folder, PIN)
        done = counted(key, lambda: self.latchkey(key, "keygen", "--resident", "--json"))
        self.assertEqual(json.loads(done.stdout)["error"], "security-key-full")

    def test_tells_what_the_person_did_not_do(self):
        key = self.start_key(touch="no")
        done = self.latchkey(key, "keygen", "--json")
        self.assertEqual((done.returncode, json.loads(done.stdout)["error"]), (130, "declined"))
        key.stop()
        key = self.start_key(touch="never", touch_timeout="200")
        done = self.latchkey(key, "keygen", "--json")
        self.assertEqual((done.returncode, json.loads(done.stdout)["error"]), (75, "not-touched"))
        self.assertEqual(self.files(), [])

    def test_ends_when_the_key_is_pulled_out(self):
        key = self.start_key(touch="never")
        console = self.console(key, "keygen")
        key.wait_for("touch")
        key.unplug()
        self.assertEqual(console.finish(), 75, console.screen)
        self.assertIn("pulled out", console.screen)

    def test_waits_for_a_key_to_be_plugged_in(self):
        key = self.start_key()
        key.unplug()
        done = self.latchkey(key, "keygen", "--json")
        self.assertEqual(json.loads(done.stdout)["error"], "no-security-key")
        console = self.console(key, "keygen")
        console.expect("Plug in a security key.")
        key.plug()
        self.assertEqual(console.finish(), 0, console.screen)

    def test_lets_a_touch_choose_among_several(self):
        one, other = self.start_key(touch="never", name="one"), self.start_key(name="other")
        both = self.environment(one) | {"LATCHKEY_SIMULATED_KEY": f"{one.folder}:{other.folder}"}
        console = Console([LATCHKEY, "keygen"], both)
        self.addCleanup(console.__exit__)
        console.expect("Touch the security key to use.")
        self.assertEqual(console.finish(), 0, console.screen)
        self.assertEqual(one.counters()["signatures"], 0)
        self.assert_signs(other, self.ssh_folder / "id_ed25519_sk")

    def test_never_writes_over_a_file(self):
        key = self.start_key()
        path = self.make_here(key)
        before = path.read_bytes()
        done = counted(key, lambda: self.latchkey(key, "keygen", "--json"))
        self.assertEqual(json.loads(done.stdout)["error"], "key-exists")
        self.assertEqual(path.read_bytes(), before)

    def test_asks_for_a_passphrase_by_ssh_keygen(self):
        key = self.start_key()
        console = self.console(key, "keygen", "--passphrase")
        console.answer("new passphrase (empty for no passphrase): ", "a passphrase")
        console.answer("same passphrase again: ", "a passphrase")
        self.assertEqual(console.finish(), 0, console.screen)
        path = self.ssh_folder / "id_ed25519_sk"
        self.fail_with("incorrect passphrase", key, "ssh-keygen", "-y", "-P", "", "-f", path)
        self.succeed(key, "ssh-keygen", "-y", "-P", "a passphrase", "-f", path)
        self.assertEqual(self.files(), ["id_ed25519_sk", "id_ed25519_sk.pub"])

    def test_saves_the_key_when_no_passphrase_comes(self):
        key = self.start_key()
        console = self.console(key, "keygen", "--passphrase")
        console.answer("new passphrase (empty for no passphrase): ", "a passphrase")
        console.answer("same passphrase again: ", "another one")
        self.assertEqual(console.finish(), 0, console.screen)
        self.assertIn("No passphrase was given", console.screen)
        self.assert_signs(key, self.ssh_folder / "id_ed25519_sk")

    def test_keeps_the_attestation_as_ssh_keygen_does(self):
        key = self.start_key()
        challenge = self.folder / "challenge"
        challenge.write_bytes(bytes(range(100)))
        path = self.make_here(key, "--write-attestation", "--challenge", str(challenge))
        kept = path.with_name(path.name + ".attestation").read_bytes()
        self.assertEqual(kept[:21], b"\0\0\0\x11ssh-sk-attest-v01")
        self.assertEqual(path.with_name(path.name + ".challenge").read_bytes(),
                         challenge.read_bytes())
        done = self.latchkey(key, "keys")
        self.assertIn("attestation kept of Simulated security key fido-2.1 (unproved)", done.stdout)


class Residents(LatchkeyTestCase):
    def setUp(self):
        super().setUp()
        self.key = self.start_key()
        set_pin(self.key.folder, PIN)

    def test_of_ssh_keygen_are_shown_and_brought_here(self):
        """What comes back signs, under the names that ssh-keygen -K gives."""
        made = self.make(self.key, "ed25519-sk", "resident", "application=ssh:pi", "user=sam",
                         name="elsewhere", answers=[PIN])
        verified = self.make(self.key, "ecdsa-sk", "resident", "verify-required",
                             name="elsewhere2", answers=[PIN])
        prints = {self.fingerprint(made): "id_ed25519_sk_rk_pi_sam",
                  self.fingerprint(verified): "id_ecdsa_sk_rk"}
        for path in self.ssh_folder.iterdir():
            path.rename(self.folder / path.name)
        screen = self.with_pin(self.key, "keys", "--resident")
        for fingerprint in prints:
            self.assertIn(fingerprint, screen)
        self.assertIn("(sk-ssh-ed25519@openssh.com, ssh:pi, user sam)", screen)
        self.assertIn("PIN or finger at each use", screen)

        self.with_pin(self.key, "adopt", "--resident")
        for fingerprint, name in prints.items():
            self.assertEqual(self.fingerprint(self.ssh_folder / name), fingerprint)
        self.succeed(self.key, "ssh-keygen", "-K", "-N", "", cwd=self.folder, answers=[PIN])
        for name in prints.values():
            ours = read_private_key(self.ssh_folder / name)
            theirs = read_private_key(self.folder / name)
            self.assertEqual(replace(ours, comment=""), replace(theirs, comment=""))
        self.assert_signs(self.key, self.ssh_folder / "id_ed25519_sk_rk_pi_sam")
        self.assert_signs(self.key, self.ssh_folder / "id_ecdsa_sk_rk", SIGNED_WITH_PIN,
                          answers=[PIN])

        before = self.files()
        screen = self.with_pin(self.key, "adopt", "--resident")
        self.assertEqual(screen.count("here already: "), 2)
        self.assertEqual(self.files(), before)

    def test_are_replaced_only_when_told_to(self):
        self.with_pin(self.key, "keygen", "--resident", "-f", self.ssh_folder / "first")
        screen = self.with_pin(self.key, "keygen", "--resident", "-f", self.ssh_folder / "second",
                               status=73)
        self.assertIn("--overwrite", screen)
        self.assertEqual(self.files(), ["first", "first.pub"])
        self.assert_signs(self.key, self.ssh_folder / "first")
        self.with_pin(self.key, "keygen", "--resident", "--overwrite", "-f",
                      self.ssh_folder / "second")
        self.assertEqual(len(self.key.state()["credentials"]), 1)
        self.assert_signs(self.key, self.ssh_folder / "second")

    def test_of_another_user_stay(self):
        for user in ("sam", "eve"):
            self.with_pin(self.key, "keygen", "--resident", "--user", user, "-f",
                          self.ssh_folder / user)
        self.assertEqual(len(self.key.state()["credentials"]), 2)
        for user in ("sam", "eve"):
            self.assert_signs(self.key, self.ssh_folder / user)

    def test_are_deleted_on_a_yes(self):
        self.with_pin(self.key, "keygen", "--resident")
        fingerprint = self.fingerprint(self.ssh_folder / "id_ed25519_sk")
        for answer, status, left in (("n", 130, 1), ("\x03", 130, 1), ("y", 0, 0)):
            console = self.console(self.key, "keys", "--delete-resident", fingerprint)
            console.answer("tries left): ", PIN)
            console.expect("[y/N] ")
            console.type(answer if answer == "\x03" else answer + "\n")
            self.assertEqual(console.finish(), status, console.screen)
            self.assertEqual(len(self.key.state()["credentials"]), left)

    def test_are_read_with_one_pin_and_no_touch(self):
        self.with_pin(self.key, "keygen", "--resident")
        screen = counted(self.key, lambda: self.with_pin(self.key, "keys", "--resident"),
                         **RESIDENTS_READ)
        self.assertIn("Resident keys on ", screen)


class Listing(LatchkeyTestCase):
    def test_shows_keys_and_security_keys_without_a_pin(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        path = self.make_here(key, "--application", "ssh:pi")
        done = counted(key, lambda: self.latchkey(key, "keys", "--json"))
        listed = json.loads(done.stdout)
        self.assertEqual([entry["file"] for entry in listed["keys"]], [str(path)])
        self.assertEqual(listed["keys"][0]["application"], "ssh:pi")
        security_key = listed["security_keys"][0]
        self.assertEqual((security_key["pin"], security_key["pin_tries"]), ("set", 8))
        self.assertEqual(security_key["path"], f"simulated:{key.folder}")
        self.assertIn("FIDO_2_1", security_key["versions"])

    def test_says_what_is_not_there(self):
        key = self.start_key()
        key.unplug()
        done = self.latchkey(key, "keys", "--json")
        self.assertEqual(json.loads(done.stdout)["security_keys"], [])


class Agent(LatchkeyTestCase):
    def setUp(self):
        super().setUp()
        self.key = self.start_key()
        self.socket = self.folder / "agent"
        agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(self.socket), "-P",
                                  str(find_provider(BUILD).parent / "*")],
                                 env=self.environment(self.key), stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(agent.stdout.close)
        self.addCleanup(agent.wait, DEADLINE)
        self.addCleanup(agent.terminate)
        agent.stdout.readline()  # it says where it is when it is there

    def add(self, path):
        return self.latchkey(self.key, "agent", "add", path, "--json",
                             SSH_AUTH_SOCK=str(self.socket))

    def test_takes_every_key_that_latchkey_makes(self):
        # ssh's own configuration names the library, as it would for a login.
        (self.ssh_folder / "config").write_text(f"SecurityKeyProvider {find_provider(BUILD)}\n")
        for kind, name in TYPES.items():
            path = self.make_here(self.key, "-t", kind, name=name)
            done = counted(self.key, lambda: self.add(path))
            self.assertEqual(done.returncode, 0, done.stderr)
            listed = self.run_with(self.key, "ssh-add", "-l", SSH_AUTH_SOCK=str(self.socket))
            self.assertIn(self.fingerprint(path), listed.stdout)
        self.assertTrue(json.loads(self.add(path).stdout)["in_agent"])

    def test_that_is_not_there_is_said(self):
        path = self.make_here(self.key)
        done = self.latchkey(self.key, "agent", "add", path, "--json", SSH_AUTH_SOCK="/nowhere")
        self.assertEqual(json.loads(done.stdout)["error"], "agent-missing")


if __name__ == "__main__":
    unittest.main()
