#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Story 1, press, code, touch, logged in, for other accounts than the first. The story itself is in
stories_test.py."""

import unittest

import usb_key
from pairing_test_case import NOT_IN_PI, PairingTestCase


class TwoUsers(PairingTestCase):
    CONFIG = NOT_IN_PI + 'accounts = ["pi", "anna"]\n'

    def test_anna_is_enrolled_into_her_own_file(self):
        key = self.key(usb_key.LAPTOP)
        self.pi.trust(key)
        status, result, errors = self.enrol(user="anna")
        self.assertEqual((status, result.get("login")), (0, "ok"), f"{result} {errors}")
        self.assertEqual(len(self.lines("anna")), 1)
        self.assert_private("anna")
        self.assertEqual(self.lines("pi"), [])
        entry = self.wait_for_entry(event="enrolled")
        self.assertEqual((entry["account"], entry["attestation"]), ("anna", "hardware"))
        self.log_in("anna")
        refused = self.laptop.ssh("pi")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("Permission denied", refused.stderr)


class Nobody(PairingTestCase):
    CONFIG = NOT_IN_PI

    def test_an_account_that_policy_does_not_name_gets_nothing(self):
        self.succeed(self.laptop.keygen("ed25519")[1])
        status, result, _ = self.enrol(user="anna")
        self.assertNotEqual(status, 0, result)
        self.assertEqual(self.lines("anna"), [])
        self.assertFalse(self.pi.authorized_keys("anna").parent.exists())


if __name__ == "__main__":
    unittest.main()
