#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What latchkey-simulated-key is started with, and what it keeps."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import unittest

from key_clients import DEADLINE
from program_case import PROGRAM, ProgramTestCase


class Folder(ProgramTestCase):
    FILES = ["attestation-intermediate.pem", "attestation-root.pem", "key.json"]

    def test_says_loudly_what_it_is(self):
        program = self.start()
        program.terminate()
        _, errors = program.communicate(timeout=DEADLINE)
        self.assertIn("SIMULATED", errors)
        self.assertIn(f"unprotected in {self.folder}", errors)

    def test_everything_is_its_owners_alone_and_the_sockets_go_with_it(self):
        program = self.start()
        self.assertEqual(self.mode(), 0o700)
        self.assertEqual(self.files(), sorted([*self.FILES, "hid.sock", "key.sock"]))
        for name in self.files():
            self.assertEqual(self.mode(name), 0o600, name)
        program.send_signal(signal.SIGTERM)
        self.assertEqual(program.wait(DEADLINE), 0)
        self.assertEqual(self.files(), self.FILES)

    def test_a_file_that_was_open_to_others_is_closed(self):
        program = self.start()
        program.terminate()
        program.wait(DEADLINE)
        key = self.folder / "key.json"
        key.chmod(0o644)
        self.start("--touch", "yes")
        host = self.host()
        host.sign(host.register())
        self.assertEqual(self.mode("key.json"), 0o600)

    def test_the_certificates_are_certificates(self):
        self.start()
        subprocess.run(["openssl", "verify", "-CAfile", self.folder / "attestation-root.pem",
                        self.folder / "attestation-intermediate.pem"], check=True,
                       stdout=subprocess.DEVNULL)

    def test_a_killed_key_comes_back_as_it_was(self):
        program = self.start("--touch", "yes")
        host = self.host()
        handle = host.register()
        counter = host.sign(handle)
        program.kill()
        program.wait(DEADLINE)
        self.assertIn("hid.sock", self.files())
        self.start("--touch", "yes")
        self.assertGreater(self.host().sign(handle), counter)
        self.assertGreater(self.control().state()["signature_counter"], counter)

    def test_a_second_program_on_the_folder_is_refused(self):
        self.start()
        errors = self.refused(73)
        self.assertIn("a running latchkey-simulated-key has this folder; stop it or choose another",
                      errors)
        self.assertTrue(self.control().state()["plugged"])

    def test_a_damaged_state_is_refused_and_kept(self):
        for text in ("", "{", "[]", '{"version": 2}', "x" * (17 << 20)):
            with self.subTest(text=text[:20]):
                self.folder.mkdir(mode=0o700, exist_ok=True)
                (self.folder / "key.json").write_text(text)
                errors = self.refused(65)
                self.assertIn(f"{self.folder}/key.json: ", errors)
                self.assertIn("Move the file away, and a new key is made.", errors)
                self.assertEqual((self.folder / "key.json").read_text(), text)

    def test_as_many_and_as_long_names_as_a_key_takes_are_kept_and_said(self):
        program = self.start()
        program.terminate()
        program.wait(DEADLINE)
        key = self.folder / "key.json"
        state = json.loads(key.read_text())
        # 256 places, and a name that fills the longest message: six characters a byte in JSON.
        state["credentials"] = [
            {"id": f"{place:032x}", "rp_id": "ssh:", "user_id": "00",
             "rp_id_hash": hashlib.sha256(b"ssh:").hexdigest(), "user_name": "\x01" * 7600,
             "user_display_name": "", "key": {"kind": "ed25519", "seed": "11" * 32},
             "protection": 1, "made": place} for place in range(256)]
        key.write_text(json.dumps(state))
        program = self.start("--touch", "yes")
        host = self.host()
        host.sign(host.register())
        self.assertEqual(len(self.control().state()["credentials"]), 256)
        program.terminate()
        program.wait(DEADLINE)
        self.start()
        self.assertEqual(len(self.control().state()["credentials"]), 256)

    def test_another_model_is_refused_and_the_key_stays_as_it_was(self):
        aaguid = "00112233445566778899aabbccddeeff"
        for made, name, other in (
                (["--model=fido-2.0"], "fido-2.0", ["--model=fido-2.1"]),
                (["--model=u2f-only"], "u2f-only", ["--model=fido-2.1"]),
                (["--model=fido-2.1"], "fido-2.1", ["--model=u2f-only"]),
                ([f"--set=aaguid={aaguid}"], f"--set aaguid={aaguid}", [])):
            with self.subTest(made=made, other=other):
                self.folder = self.folder.with_name(name.replace(" ", ""))
                for _ in range(2):
                    program = self.start(*made)
                    program.terminate()
                    program.wait(DEADLINE)
                before = (self.folder / "key.json").read_text()
                self.assertIn(f"{self.folder} holds a key made as {name}; start it as that model, "
                              "or choose another folder.\n", self.refused(65, *other))
                self.assertEqual((self.folder / "key.json").read_text(), before)

    def test_a_state_that_cannot_be_read_is_named(self):
        (self.folder / "key.json").mkdir(parents=True)
        self.assertIn(f"reading {self.folder}/key.json: Is a directory", self.refused(74))

    def test_what_cannot_be_saved_is_not_answered(self):
        program = self.start("--touch", "yes")
        host = self.host()
        handle = host.register()
        (self.folder / "key.json.new").mkdir()
        with self.assertRaises((EOFError, ConnectionError)):
            host.sign(handle)
        _, errors = program.communicate(timeout=DEADLINE)
        self.assertEqual(program.returncode, 74)
        self.assertIn(f"making {self.folder}/key.json.new", errors)

    def test_a_folder_that_cannot_be_made_is_refused(self):
        self.folder = self.folder / "deep"
        self.assertIn(f"making the folder {self.folder}: No such file", self.refused(73))


class CommandLine(ProgramTestCase):
    def test_help_and_version_are_answers(self):
        for option in ("--help", "--version"):
            program = self.spawn(option)
            out, _ = program.communicate(timeout=DEADLINE)
            self.assertEqual(program.returncode, 0)
            self.assertIn("latchkey-simulated-key", out)

    def test_help_names_the_models_and_every_knob(self):
        help_text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True,
                                   check=True).stdout
        for word in ("fido-2.1-built-in-uv", "u2f-only", "resident_slots", "disappears_at",
                     "touch yes|no|never|once"):
            self.assertIn(word, help_text)

    def test_mistakes_are_explained(self):
        self.assertIn("DIR is required", self.fails(64))
        self.assertIn("fido-2.0-no-pin", self.refused(64, "--model", "mine"))
        self.assertIn("colour", self.refused(64, "--set", "colour=red"))
        self.assertIn("resident_slots", self.refused(64, "--set", "resident_slots=many"))
        self.assertIn("--set takes KNOB=VALUE", self.refused(64, "--set", "always_uv"))
        self.assertIn("--touch takes yes, no or never", self.refused(64, "--touch", "once"))
        self.assertIn("--hidg", self.refused(64, "--udc", "/nowhere"))
        self.assertFalse(self.folder.exists())

    def test_a_model_and_its_knobs_are_taken(self):
        self.start("--model=fido-2.0", "--set=touch_timeout=50", "--set", "keepalive=10")
        self.assertEqual(self.control().state()["model"], "fido-2.0")

    def test_a_gadget_that_is_not_there_is_named(self):
        errors = self.refused(69, "--hidg", f"{self.folder}/hidg0")
        self.assertIn(f"opening {self.folder}/hidg0 (is it this gadget's, and the gadget bound to a "
                      "controller?): No such file or directory", errors)
        errors = self.refused(69, "--hidg", "/dev/null", "--udc", f"{self.folder}/UDC")
        self.assertIn(f"{self.folder}/UDC", errors)

    def test_a_gadget_that_has_ended_ends_the_program(self):
        _, errors = self.start("--hidg", "/dev/null").communicate(timeout=DEADLINE)
        self.assertIn("reading from /dev/null: No such device", errors)

    @unittest.skipIf(os.path.exists("/dev/uhid"), "this kernel has /dev/uhid")
    def test_a_kernel_without_uhid_is_named(self):
        self.assertIn("opening /dev/uhid (load the kernel's module: modprobe uhid)",
                      self.refused(69, "--uhid"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
