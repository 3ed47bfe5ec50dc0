#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the Pi's policy makes of keys on security keys and of others: who made it, and who says
so."""

import unittest

from security_key_world import SecurityKeyWorld

ROOT = "Simulated security key root"


class HardwareRequired(SecurityKeyWorld):
    CONFIG = 'policy.hardware = "require"'

    def refused(self, error, *arguments):
        status, result, errors = self.enrol("--no-verify", *arguments)
        self.assertEqual((status, result.get("error")), (77, error), errors)
        self.assertEqual(self.pi.status()["led"], "refused")
        self.assertEqual(self.pi.status()["last_ending"], "proof_refused")
        self.assert_untouched(None)
        return result["message"]

    def test_each_kind_of_unproved_key_is_refused_with_its_own_reason(self):
        reasons = {self.refused("not-attested", "--key", str(self.laptop.make_key()))}
        key = self.key_in_laptop(attestation="self")
        reasons.add(self.refused("not-attested", "--new"))
        self.assert_counted(key, touches_asked=1, touches_given=1, signatures=1)
        key.stop()
        self.key_in_laptop(name="unknown")
        reasons.add(self.refused("not-attested", "--new"))
        self.assertEqual(len(reasons), 3, reasons)
        self.assertEqual(self.ssh_files(), ["id_ed25519", "id_ed25519.pub"],
                         "a key that was made for nothing leaves no file")

    def test_an_attested_one_is_accepted_with_one_touch_and_names_the_root(self):
        key = self.key_in_laptop()
        self.pi.trust(key)
        status, result, errors = self.enrol("--no-verify")
        self.assertEqual(status, 0, errors)
        self.assert_counted(key, touches_asked=1, touches_given=1, signatures=1)
        self.assertEqual(result["proved"], "attestation")
        self.assertIn(ROOT, result["hardware"])
        entry = self.pi.log_entries()[0]
        self.assertEqual((entry["event"], entry["attestation"]), ("enrolled", "hardware"))
        self.assertIn(ROOT, entry["root"])

    def test_its_kept_attestation_convinces_the_next_pi_together_with_a_signature(self):
        key = self.key_in_laptop()
        self.pi.trust(key)
        status, _, errors = self.enrol("--no-verify")
        self.assertEqual(status, 0, errors)
        self.pi.authorized_keys.unlink()  # as good as another Pi
        self.pi.stop_daemon()
        self.pi.start_daemon()
        status, result, errors = self.enrol("--no-verify")
        self.assertEqual(status, 0, errors)
        self.assertEqual((result["result"], result["proved"]), ("added", "signature"))
        self.assertIn(ROOT, result["hardware"])


class HardwareModels(SecurityKeyWorld):
    CONFIG = 'policy.aaguid_allow = ["6c617463-686b-6579-2d73-696d2d303037"]'

    def test_only_the_models_that_are_listed_are_taken(self):
        key = self.key_in_laptop()
        self.pi.trust(key)
        status, result, errors = self.enrol("--no-verify")
        self.assertEqual((status, result.get("error")), (77, "model-not-allowed"), errors)
        self.assertIn("6c617463-686b-6579-2d73-696d2d303034", result["message"])
        key.stop()
        key = self.key_in_laptop("no-ed25519", name="listed")
        self.pi.trust(key)
        status, result, errors = self.enrol("--no-verify")
        self.assertEqual((status, result["key_type"]), (0, "sk-ecdsa-sha2-nistp256@openssh.com"),
                         errors)


class AnyKey(SecurityKeyWorld):
    def test_without_a_trusted_root_a_second_touch_proves_it(self):
        for kind in ("packed", "self", "none", "fido-u2f"):
            with self.subTest(kind):
                key = self.key_in_laptop(name=kind, attestation=kind)
                status, result, errors = self.enrol("--no-verify", "--new")
                self.assertEqual(status, 0, errors)
                self.assertEqual(result["proved"], "signature")
                self.assertNotIn("hardware", result)
                self.assertEqual(key.counters()["touches_given"], 2)
                key.stop()


if __name__ == "__main__":
    unittest.main()
