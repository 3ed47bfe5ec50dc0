#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""python3-fido2, an implementation by others, asks for keys and signatures and verifies them.

    u2f_oracle_test.py U2F_PROGRAM
"""
import os
import subprocess
import sys
import unittest

from cryptography import exceptions
from fido2 import attestation
from fido2.ctap1 import APDU, ApduError, CTAP1
from fido2.hid import CTAPHID

PROGRAM = sys.argv.pop(1)


class Key:
    """What CTAP1 takes for an open device."""

    def __init__(self):
        self.program = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def close(self):
        self.program.stdin.close()
        self.program.stdout.close()
        self.program.wait()

    def person(self, reply):
        self.program.stdin.write(reply + "\n")

    def call(self, command, apdu):
        assert command == CTAPHID.MSG
        self.program.stdin.write(apdu.hex() + "\n")
        self.program.stdin.flush()
        return bytes.fromhex(self.program.stdout.readline())


class U2fTest(unittest.TestCase):
    def setUp(self):
        self.key = Key()
        self.addCleanup(self.key.close)
        self.ctap = CTAP1(self.key)
        self.application = os.urandom(32)
        self.challenge = os.urandom(32)

    def register(self):
        return self.ctap.register(self.challenge, self.application)

    def refused(self, status, function, *arguments, **options):
        with self.assertRaises(ApduError) as caught:
            function(*arguments, **options)
        self.assertEqual(caught.exception.code, status)

    def test_the_version_is_known(self):
        self.assertEqual(self.ctap.get_version(), "U2F_V2")

    def test_twenty_registrations_verify(self):
        handles = set()
        for _ in range(20):
            answer = self.register()
            answer.verify(self.application, self.challenge)
            handles.add(bytes(answer.key_handle))
        self.assertEqual(len(handles), 20)

    def test_a_registration_verifies_for_nothing_else(self):
        answer = self.register()
        with self.assertRaises(attestation.InvalidSignature):
            answer.verify(self.challenge, self.application)

    def test_twenty_authentications_verify_and_are_counted(self):
        made = self.register()
        for counter in range(1, 21):
            challenge = os.urandom(32)
            answer = self.ctap.authenticate(challenge, self.application, made.key_handle)
            answer.verify(self.application, challenge, made.public_key)
            self.assertEqual(answer.user_presence, 1)
            self.assertEqual(answer.counter, counter)

    def test_an_authentication_verifies_with_no_other_key(self):
        made, other = self.register(), self.register()
        answer = self.ctap.authenticate(self.challenge, self.application, made.key_handle)
        with self.assertRaises(exceptions.InvalidSignature):
            answer.verify(self.application, self.challenge, other.public_key)

    def test_checking_finds_the_own_handles_alone(self):
        made = self.register()
        check = self.ctap.authenticate
        self.refused(APDU.USE_NOT_SATISFIED, check, self.challenge, self.application,
                     made.key_handle, check_only=True)
        self.refused(APDU.WRONG_DATA, check, self.challenge, os.urandom(32), made.key_handle,
                     check_only=True)
        self.refused(APDU.WRONG_DATA, check, self.challenge, self.application, bytes(64),
                     check_only=True)

    def test_without_a_touch_nothing_is_signed(self):
        made = self.register()
        for reply in ("no", "never"):
            self.key.person(reply)
            self.refused(APDU.USE_NOT_SATISFIED, self.register)
            self.refused(APDU.USE_NOT_SATISFIED, self.ctap.authenticate, self.challenge,
                         self.application, made.key_handle)


if __name__ == "__main__":
    unittest.main()
