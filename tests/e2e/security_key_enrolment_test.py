#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Unmodified ssh-keygen makes keys on a simulated security key. What a person had to do for it is
read off the key's own counters."""

import hashlib
import os
import subprocess
import unittest

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from fido2 import cbor
from fido2.attestation import PackedAttestation
from fido2.ctap2 import AuthenticatorData

from fido2_client import set_pin
from simulated_key import DEADLINE, counted
from simulated_pi import make_folder
from ssh_test_case import KINDS, MADE, PIN, WRONG_PIN, SshTestCase
from ssh_wire import RESIDENT, USER_PRESENCE, USER_VERIFICATION, read_attestation, read_private_key


class Enrolment(SshTestCase):
    """ssh-keygen -t …-sk."""

    def check(self, *options, flags=USER_PRESENCE, application="ssh:", pin=False, credentials=0,
              **counters):
        for kind in KINDS:
            with self.subTest(kind=kind):
                key = self.start_key(name=kind)
                if pin:
                    set_pin(key.folder, PIN)
                path = counted(
                    key, lambda: self.make(key, kind, *options, name=kind,
                                           answers=[PIN] if pin else []),
                    **{**MADE, **counters})
                made = read_private_key(path)
                self.assertEqual(made.application, application)
                self.assertEqual(made.flags, flags)
                self.assertEqual(made.comment, "sam@laptop")
                self.assertEqual(len(key.state()["credentials"]), credentials)
                self.assertEqual(len(self.askpass.asked()), 1 if pin else 0)
                again = self.laptop.run("ssh-keygen", "-y", "-f", str(path)).stdout.split()
                self.assertEqual(again[:2], (path.parent / f"{kind}.pub").read_text().split()[:2])

    def test_plain(self):
        self.check()

    def test_for_an_application(self):
        self.check("application=ssh:work", application="ssh:work")

    def test_without_touch(self):
        self.check("no-touch-required", flags=0)

    def test_verify_required(self):
        self.check("verify-required", flags=USER_PRESENCE | USER_VERIFICATION)

    def test_resident(self):
        self.check("resident", flags=USER_PRESENCE | RESIDENT, credentials=1)

    def test_resident_for_a_user(self):
        self.check("resident", "user=sam", flags=USER_PRESENCE | RESIDENT, credentials=1)

    def test_resident_with_a_pin(self):
        # One PIN that was typed is used twice: to look for an old credential, and to make the new.
        self.check("resident", flags=USER_PRESENCE | RESIDENT, credentials=1, pin=True, pin_tries=2)

    def test_a_pin_where_the_key_makes_nothing_without(self):
        key = self.start_key(make_cred_uv_not_required="false")
        set_pin(key.folder, PIN)
        counted(key, lambda: self.make(key, answers=[PIN]), pin_tries=1, **MADE)
        self.assertEqual(len(self.askpass.asked()), 1)

    def test_a_wrong_pin_is_counted_once(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        path = counted(key, lambda: self.make(key, "ed25519-sk", "resident",
                                              answers=[WRONG_PIN, PIN]),
                       pin_tries=3, wrong_pins=1, **MADE)
        self.assertTrue(path.exists())
        self.assertEqual(len(self.askpass.asked()), 2)
        self.assertEqual(key.state()["pin_tries_left"], 8)

    def test_two_wrong_pins_are_the_end(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        done = counted(key, lambda: self.keygen(key, "ed25519-sk", self.ssh_folder / "id",
                                                "resident", answers=[WRONG_PIN] * 5),
                       pin_tries=2, wrong_pins=2)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Too many incorrect PINs", done.stderr)
        self.assertEqual(key.state()["pin_tries_left"], 6)
        self.assertFalse((self.ssh_folder / "id").exists())

    def test_a_resident_key_is_not_overwritten_unasked(self):
        key = self.start_key()
        set_pin(key.folder, PIN)
        first = read_private_key(self.make(key, "ed25519-sk", "resident", "user=sam",
                                           answers=[PIN]))
        again = {"answers": [PIN], "input": "n\n"}
        done = self.keygen(key, "ed25519-sk", self.ssh_folder / "second", "resident", "user=sam",
                           **again)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("already exists", done.stdout)
        self.assertFalse((self.ssh_folder / "second").exists())
        self.assertEqual(key.state()["credentials"], [{"rp_id": "ssh:", "user_name": "openssh"}])
        self.make(key, "ed25519-sk", "resident", "user=ann", name="ann", answers=[PIN])
        self.assertEqual(len(key.state()["credentials"]), 2)
        second = read_private_key(self.make(key, "ed25519-sk", "resident", "user=sam",
                                            name="second", answers=[PIN], input="y\n"))
        self.assertNotEqual(first.public_key, second.public_key)
        self.assertEqual(len(key.state()["credentials"]), 2)

    def test_declining_makes_no_key(self):
        key = self.start_key(touch="no")
        # A key that declines may want a PIN: OpenSSH asks for one, and tries again, three times.
        done = counted(key, lambda: self.keygen(key, "ed25519-sk", self.ssh_folder / "id"),
                       touches_asked=3)
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse((self.ssh_folder / "id").exists())

    def test_unplugged_while_it_waits(self):
        for name, change in (("unplugged", lambda key: key.unplug()),
                             ("killed", lambda key: key.stop())):
            with self.subTest(name):
                key = self.start_key(touch="never", name=name)
                process = subprocess.Popen(
                    ["ssh-keygen", "-t", "ed25519-sk", "-N", "", "-f", self.ssh_folder / name],
                    env=self.environment(key), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT)
                key.wait_for("touch")
                change(key)
                output, _ = process.communicate(timeout=DEADLINE)
                self.assertNotEqual(process.returncode, 0)
                self.assertIn(b"Key enrollment failed", output)
                self.assertFalse((self.ssh_folder / name).exists())

    def test_no_key_plugged_in(self):
        key = self.start_key()
        key.unplug()
        done = self.keygen(key, "ed25519-sk", self.ssh_folder / "id")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("device not found", done.stderr)


class Models(SshTestCase):
    def refused(self, key, kind, *options, **counters):
        path = self.ssh_folder / "refused"
        done = counted(key, lambda: self.keygen(key, kind, path, *options), **counters)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Key enrollment failed", done.stderr)
        self.assertFalse(path.exists())
        return done

    def test_u2f_only(self):
        key = self.start_key("u2f-only")
        self.refused(key, "ed25519-sk")
        self.assertEqual(read_private_key(self.make(key, "ecdsa-sk")).flags, USER_PRESENCE)
        self.refused(key, "ecdsa-sk", "resident")

    def test_no_ed25519(self):
        key = self.start_key("no-ed25519")
        self.assertIn("not supported", self.refused(key, "ed25519-sk").stderr)
        self.make(key, "ecdsa-sk")

    def test_full(self):
        key = self.start_key("full")
        self.make(key, "ed25519-sk")
        before = key.state()["credentials"]
        done = self.keygen(key, "ed25519-sk", self.ssh_folder / "refused", "resident")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(key.state()["credentials"], before)

    def test_fido_2_0_and_others_make_both_kinds(self):
        for model in ("fido-2.0", "fido-2.0-no-pin", "fido-2.1-built-in-uv"):
            for kind in KINDS:
                with self.subTest(model=model, kind=kind):
                    key = self.start_key(model, name=f"{model}-{kind}")
                    counted(key, lambda: self.make(key, kind, name=f"{model}-{kind}"), **MADE)

    def test_always_uv_asks_for_the_pin(self):
        key = self.start_key("fido-2.1-always-uv")
        set_pin(key.folder, PIN)
        counted(key, lambda: self.make(key, "ed25519-sk", answers=[PIN]), pin_tries=1, **MADE)


class Attestations(SshTestCase):
    """-O challenge and -O write-attestation."""

    def attest(self, key, kind):
        challenge = self.folder / "challenge"
        challenge.write_bytes(os.urandom(32))
        written = self.folder / f"{kind}.attestation"
        path = counted(key, lambda: self.make(
            key, kind, f"challenge={challenge}", f"write-attestation={written}", name=kind),
            **MADE)
        return (read_private_key(path), hashlib.sha256(challenge.read_bytes()).digest(),
                read_attestation(written))

    def assert_chain(self, key, leaf):
        """By openssl(1), with the root that the key's folder has, and the maker's intermediate."""
        path = self.folder / "leaf.pem"
        pem = x509.load_der_x509_certificate(leaf)
        path.write_bytes(pem.public_bytes(Encoding.PEM))
        for untrusted, status in ((["-untrusted", str(key.intermediate)], 0), ([], 2)):
            done = subprocess.run(["openssl", "verify", "-CAfile", str(key.root), *untrusted,
                                   str(path)], capture_output=True, text=True, timeout=DEADLINE)
            self.assertEqual(done.returncode, status, done.stderr)

    def test_proves_where_the_key_was_made(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                key = self.start_key(name=kind)
                made, client_data_hash, attestation = self.attest(key, kind)
                data = AuthenticatorData(cbor.decode(attestation.authenticator_data))
                statement = {"alg": -7, "sig": attestation.signature,
                             "x5c": [attestation.certificate]}
                PackedAttestation().verify(statement, data, client_data_hash)
                with self.assertRaises(Exception):
                    PackedAttestation().verify(statement, data, hashlib.sha256(b"").digest())
                self.assertEqual(data.rp_id_hash, hashlib.sha256(b"ssh:").digest())
                self.assertEqual(data.flags & 0x41, 0x41)
                self.assertEqual(data.credential_data.credential_id, made.handle)
                self.assertEqual(public_key_of(data.credential_data.public_key), made.public_key)
                self.assert_chain(key, attestation.certificate)

    def test_of_u2f_is_signed_otherwise(self):
        key = self.start_key("u2f-only")
        made, client_data_hash, attestation = self.attest(key, "ecdsa-sk")
        signed = (b"\0" + hashlib.sha256(b"ssh:").digest() + client_data_hash + made.handle
                  + made.public_key)
        certificate = x509.load_der_x509_certificate(attestation.certificate)
        certificate.public_key().verify(attestation.signature, signed, ec.ECDSA(SHA256()))
        self.assert_chain(key, attestation.certificate)


def public_key_of(cose):
    """As OpenSSH writes it."""
    return cose[-2] if cose[1] == 1 else b"\4" + cose[-2] + cose[-3]


class ResidentKeys(SshTestCase):
    """What only the security key has is brought to a computer."""

    def setUp(self):
        super().setUp()
        self.key = self.start_key()
        set_pin(self.key.folder, PIN)
        self.made = {}
        for count, (kind, *options) in enumerate((
                ("ed25519-sk",), ("ed25519-sk", "application=ssh:work", "user=sam"),
                ("ecdsa-sk", "application=ssh:work"), ("ecdsa-sk", "application=ssh:home"))):
            made = read_private_key(self.make(self.key, kind, "resident", *options,
                                              name=f"made{count}", answers=[PIN]))
            self.made[made.public_key] = made
        self.key.touch("never")  # reading needs a PIN, and no touch

    def test_ssh_keygen_writes_them_to_files(self):
        folder = make_folder(self.folder, "empty")
        counted(self.key, lambda: self.succeed(self.key, "ssh-keygen", "-K", "-N", "",
                                               answers=[PIN], cwd=folder), pin_tries=5)
        # One PIN that was typed: for the number, the applications, and each of those.
        self.assertEqual(len(self.askpass.asked()), 1)
        names = {"id_ed25519_sk_rk", "id_ed25519_sk_rk_work_sam", "id_ecdsa_sk_rk_work",
                 "id_ecdsa_sk_rk_home"}
        self.assertEqual({path.name for path in folder.iterdir()},
                         names | {f"{name}.pub" for name in names})
        for name in names:
            key = read_private_key(folder / name)
            made = self.made.pop(key.public_key)
            self.assertEqual((key.type, key.application, key.handle, key.flags),
                             (made.type, made.application, made.handle, made.flags))

    def test_a_wrong_pin_is_counted_once(self):
        counted(self.key, lambda: self.fail_with(
            "Unable to load resident keys", self.key, "ssh-keygen", "-K", "-N", "",
            answers=[WRONG_PIN]), pin_tries=1, wrong_pins=1)


if __name__ == "__main__":
    unittest.main()
