#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lets python3-fido2, an implementation by others, judge what simulated keys answer.

    ctap2_oracle_test.py CTAP2_PROGRAM
"""
import hashlib
import subprocess
import sys
import unittest

from fido2.attestation import Attestation, AttestationType, InvalidSignature
from fido2.attestation.base import verify_x509_chain
from fido2.ctap2 import AssertionResponse, AttestationObject, AuthenticatorData, Info

PROGRAM = sys.argv.pop(1)
AAGUID = b"latchkey-sim-004"
TYPES = {"packed": AttestationType.BASIC, "fido-u2f": AttestationType.BASIC,
         "self": AttestationType.SELF, "none": AttestationType.NONE}


class Answers:
    def __init__(self, line):
        self.kind, algorithm, *data = line.split()
        self.algorithm = int(algorithm)
        self.hash, self.root, made, assertion, info = map(bytes.fromhex, data)
        self.made = AttestationObject(made)
        self.assertion = AssertionResponse(assertion)
        self.info = Info(info)

    def verify(self, client_data_hash):
        judge = Attestation.for_type(self.made.fmt)()
        return judge.verify(self.made.att_statement, self.made.auth_data, client_data_hash)


class Oracle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run([PROGRAM], capture_output=True, text=True, check=True)
        cls.all = [Answers(line) for line in done.stdout.splitlines()]

    def each(self):
        for answers in self.all:
            with self.subTest(kind=answers.kind, algorithm=answers.algorithm):
                yield answers

    def test_attestations_hold(self):
        for answers in self.each():
            result = answers.verify(answers.hash)
            self.assertEqual(result.attestation_type, TYPES[answers.kind])
            if result.attestation_type == AttestationType.BASIC and answers.kind == "packed":
                self.assertEqual(len(result.trust_path), 2)
                verify_x509_chain(result.trust_path + [answers.root])
        self.assertEqual(len(self.all), 6)

    def test_attestations_hold_for_their_own_request_alone(self):
        for answers in self.each():
            if answers.kind != "none":
                with self.assertRaises(InvalidSignature):
                    answers.verify(bytes(32))

    def test_authenticator_data_say_what_was_made(self):
        for answers in self.each():
            data = answers.made.auth_data
            self.assertEqual(data.rp_id_hash, hashlib.sha256(b"ssh:").digest())
            self.assertEqual(data.flags, AuthenticatorData.FLAG.USER_PRESENT
                             | AuthenticatorData.FLAG.ATTESTED
                             | AuthenticatorData.FLAG.EXTENSION_DATA)
            self.assertEqual(data.extensions, {"credProtect": 2})
            aaguid = bytes(16) if answers.kind == "fido-u2f" else AAGUID
            self.assertEqual(data.credential_data.aaguid, aaguid)
            self.assertEqual(data.credential_data.public_key.ALGORITHM, answers.algorithm)

    def test_assertions_hold(self):
        for answers in self.each():
            credential = answers.made.auth_data.credential_data
            answers.assertion.verify(answers.hash, credential.public_key)
            self.assertEqual(answers.assertion.credential,
                             {"id": credential.credential_id, "type": "public-key"})
            self.assertEqual(answers.assertion.user, {"id": b"ada"})
            self.assertEqual(answers.assertion.auth_data.counter, 2)

    def test_information_is_read(self):
        for answers in self.each():
            self.assertEqual(answers.info.aaguid, AAGUID)
            self.assertIn("FIDO_2_1", answers.info.versions)
            self.assertEqual(answers.info.pin_uv_protocols, [2, 1])
            self.assertTrue(answers.info.options["credMgmt"])
            self.assertEqual(answers.info.data[Info.KEY.REMAINING_DISC_CREDS], 24)


if __name__ == "__main__":
    unittest.main()
