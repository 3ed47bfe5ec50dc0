#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The independent peer against our Pi end, on loopback: peer_test.py PI_END"""
import base64
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import latchkey_peer as peer  # noqa: E402

PI_END = sys.argv.pop()
SCRIPT = peer.__file__
CODE = "12345123"


class Enrolment(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.key = os.path.join(self.folder.name, "key")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada@laptop", "-f",
                        self.key], check=True, stdin=subprocess.DEVNULL)

    def enrol(self, pi_code, typed, *options):
        return self.talk(pi_code, typed, "--key", self.key, "--account", "pi", *options)

    def talk(self, pi_code, typed, *options):
        """The peer's JSON and exit status, and what the Pi's end printed."""
        with subprocess.Popen([PI_END], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True) as pi:
            pi.stdin.write(pi_code + "\n")
            pi.stdin.flush()
            port = pi.stdout.readline().strip()
            host = subprocess.run(
                [sys.executable, "-B", SCRIPT, "--host", "127.0.0.1", "--port", port, "--code",
                 "-", *options], input=typed + "\n", capture_output=True, text=True, timeout=60)
            said, _ = pi.communicate(timeout=60)
        lines = dict(line.split(" ", 1) if " " in line else (line, "")
                     for line in said.splitlines())
        self.assertEqual(host.stdout.count("\n"), 1, host.stderr)
        return json.loads(host.stdout), host.returncode, lines

    def test_a_key_is_offered_and_its_proof_holds(self):
        outcome, status, said = self.enrol(CODE, CODE, "--expires", "1767225600", "--from",
                                           "10.0.0.0/8", "--restrict")
        self.assertEqual(outcome["outcome"], "added")
        self.assertEqual(outcome["after_verdict"], "kept")
        self.assertEqual(status, 0)
        self.assertEqual(said["greeted"], "independent peer")
        self.assertEqual(said["judged"], "true")
        account, blob, comment = said["offered"].split(" ")
        self.assertEqual((account, comment), ("pi", "ada@laptop"))
        # The statement that our end computes is the one that was signed: ssh-keygen is the judge.
        public = base64.b64encode(bytes.fromhex(blob)).decode()
        signers = os.path.join(self.folder.name, "signers")
        with open(signers, "w", encoding="ascii") as file:
            file.write(f"ada ssh-ed25519 {public}\n")
        armoured = base64.b64encode(bytes.fromhex(said["signature"])).decode()
        signature = os.path.join(self.folder.name, "signature")
        with open(signature, "w", encoding="ascii") as file:
            file.write(f"-----BEGIN SSH SIGNATURE-----\n{armoured}\n-----END SSH SIGNATURE-----\n")
        verify = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "ada", "-s", signature]
        signed = bytes.fromhex(said["statement"])
        good = subprocess.run([*verify, "-n", "enroll@latchkey"], input=signed,
                              capture_output=True)
        self.assertEqual(good.returncode, 0, good.stderr)
        bad = subprocess.run([*verify, "-n", "enroll@latchkey"], input=signed + b"x",
                             capture_output=True)
        self.assertNotEqual(bad.returncode, 0)

    def test_a_strict_code_works_as_well(self):
        outcome, status, _ = self.enrol("1234512345", "1234512345")
        self.assertEqual((outcome["outcome"], status), ("added", 0))

    def test_a_key_is_taken_out_again(self):
        outcome, _, said = self.enrol(CODE, CODE, "--verdict", "take-out")
        self.assertEqual(outcome["after_verdict"], "taken_out")
        self.assertEqual(said["judged"], "false")

    def test_an_attested_offer_is_signed_when_that_is_wanted(self):
        record = "a501000243515253034361626304814371727305" + "40"
        outcome, status, said = self.enrol(CODE, CODE, "--attestation", record)
        self.assertEqual((outcome["outcome"], status), ("added", 0))
        self.assertEqual(said["attestation"], record)
        self.assertNotEqual(said["signature"], "")

    def test_a_key_is_made_on_a_security_key_in_the_pi(self):
        outcome, status, said = self.talk(CODE, CODE + "\n0000\n1234", "--on-pi", "ecdsa",
                                          "--account", "pi", "--expires", "1767225600")
        self.assertEqual((outcome["outcome"], status), ("added", 0))
        self.assertEqual(outcome["news"], ["plug_in", "pin_wanted", "pin_wrong", "touch"])
        self.assertEqual(said["requested"], "pi ssh:  2")
        self.assertEqual(outcome["made"]["handle"], "44" * 64)
        self.assertEqual(outcome["made"]["comment"], "made for a peer")
        self.assertEqual(outcome["after_verdict"], "kept")

    def test_handles_are_fetched_and_that_is_all(self):
        outcome, status, said = self.talk(CODE, CODE, "--handles", "--account", "pi")
        self.assertEqual((outcome["outcome"], status), ("handles", 0))
        self.assertEqual(said["handles"], "of pi")
        self.assertEqual([handle["made"] for handle in outcome["handles"]], [1767225600] * 2)
        self.assertNotIn("judged", said)

    def test_a_wrong_code_is_refused_with_the_tries_left(self):
        outcome, status, said = self.enrol(CODE, "12345124")
        self.assertEqual(outcome, {"outcome": "refused", "reason": "wrong_code", "tries_left": 2})
        self.assertEqual(status, 1)
        self.assertIn("wrong", said)
        self.assertNotIn("proved", said)


class Arithmetic(unittest.TestCase):
    """RFC 9382, appendix B, so that the peer is right by itself and not only with us."""

    def test_the_rows_of_the_rfc(self):
        w = 0x2ee57912099d31560b3a44b1184b9b4866e904c49d12ac5042c97dca461b1a5f
        x = 0x43dd0fd7215bdcb482879fca3220c6a968e66d70b1356cac18bb26c84a78d729
        y = 0xdcb60106f276b02606d8ef0a328c02e4b629f84f89786af5befb0bc75b6e66be
        a = peer.spake2_host_share(w, x)
        b = peer.encode_point(peer.add(peer.multiply(y, peer.G), peer.multiply(w, peer.N_POINT)))
        self.assertTrue(a.hex().startswith("04a56fa807caaa53a4d28dbb9853b981"))
        self.assertTrue(b.hex().startswith("0406557e482bd03097ad0cbaa5df8211"))
        bare = peer.add(peer.decode_point(b), peer.negate(peer.multiply(w, peer.N_POINT)))
        key, confirm_a, confirm_b = peer.spake2_keys((b"server", b"client"), (a, b),
                                                     peer.multiply(x, bare), w, b"")
        self.assertEqual(key.hex(), "0e0672dc86f8e45565d338b0540abe69")
        self.assertEqual(confirm_a.hex(),
                         "58ad4aa88e0b60d5061eb6b5dd93e80d9c4f00d127c65b3b35b1b5281fee38f0")
        self.assertEqual(confirm_b.hex(),
                         "d3e2e547f1ae04f2dbdbf0fc4b79f8ecff2dff314b5d32fe9fcef2fb26dc459b")


if __name__ == "__main__":
    unittest.main(verbosity=2)
