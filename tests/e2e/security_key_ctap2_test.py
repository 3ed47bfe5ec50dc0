#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The simulated security key as Debian's python3-fido2 sees it: getInfo, credentials, and the
person who is asked. The client shares no code with the key, nor with libfido2."""

import threading
import unittest

from fido2.attestation import FidoU2FAttestation, PackedAttestation
from fido2.attestation.base import NoneAttestation
from fido2.cose import ES256, EdDSA
from fido2.ctap import STATUS
from fido2.ctap2 import ClientPin, Ctap2
from fido2.hid import CTAPHID

from fido2_test_case import (ERR, HASH, PIN, RP, RP_HASH, ClientTestCase, descriptor, parameters,
                             user)
from simulated_key import counted


class Info(ClientTestCase):
    def info(self, model):
        return Ctap2(self.open(self.start_key(model, name=model))).info

    def test_u2f_only_has_none(self):
        device = self.open(self.start_key("u2f-only"))
        with self.assertRaisesRegex(ValueError, "CTAP2"):
            Ctap2(device)
        self.refused(ERR.INVALID_COMMAND, device.call, CTAPHID.CBOR, b"\x04")

    def test_fido_2_0(self):
        info = self.info("fido-2.0")
        self.assertEqual(set(info.versions), {"U2F_V2", "FIDO_2_0"})
        self.assertEqual(info.options.get("clientPin"), False)
        self.assertNotIn("pinUvAuthToken", info.options)
        self.assertEqual(info.pin_uv_protocols, [1])

    def test_fido_2_0_without_pin(self):
        info = self.info("fido-2.0-no-pin")
        self.assertNotIn("clientPin", info.options)
        self.assertEqual(info.pin_uv_protocols, [])

    def test_fido_2_1(self):
        info = self.info("fido-2.1")
        self.assertEqual(set(info.versions), {"U2F_V2", "FIDO_2_0", "FIDO_2_1_PRE", "FIDO_2_1"})
        self.assertEqual(info.pin_uv_protocols, [2, 1])
        self.assertEqual([entry["alg"] for entry in info.algorithms], [-7, -8])
        self.assertIn("credProtect", info.extensions)
        self.assertEqual(info.options["rk"], True)
        self.assertEqual(info.options["clientPin"], False)
        self.assertEqual(info.options["pinUvAuthToken"], True)
        self.assertEqual(info.options["credMgmt"], True)
        self.assertEqual(info.options["makeCredUvNotRqd"], True)
        self.assertIs(info.options.get("alwaysUv", False), False)
        self.assertNotIn("uv", info.options)
        self.assertEqual(info.firmware_version, 0x050403)
        self.assertEqual(info.min_pin_length, 4)
        self.assertEqual(info.max_msg_size, 1200)
        self.assertEqual(info.remaining_disc_creds, 25)

    def test_fido_2_1_always_uv(self):
        options = self.info("fido-2.1-always-uv").options
        self.assertIs(options["alwaysUv"], True)
        self.assertFalse(options.get("makeCredUvNotRqd"))

    def test_fido_2_1_with_a_fingerprint_reader(self):
        self.assertIs(self.info("fido-2.1-built-in-uv").options["uv"], True)

    def test_no_ed25519(self):
        self.assertEqual([entry["alg"] for entry in self.info("no-ed25519").algorithms], [-7])

    def test_full(self):
        self.assertEqual(self.info("full").remaining_disc_creds, 0)

    def test_every_model_has_its_own_aaguid(self):
        models = ("fido-2.0", "fido-2.0-no-pin", "fido-2.1", "fido-2.1-always-uv",
                  "fido-2.1-built-in-uv", "no-ed25519", "full")
        self.assertEqual(len({self.info(model).aaguid for model in models}), len(models))


class Credentials(ClientTestCase):
    def test_makes_and_uses_credentials_of_both_algorithms(self):
        key, ctap = self.plug()
        for algorithm in (ES256.ALGORITHM, EdDSA.ALGORITHM):
            with self.subTest(algorithm=algorithm):
                made = counted(key, lambda: self.make(ctap, algorithm), touches_asked=1,
                               touches_given=1, signatures=1)
                self.assertEqual(made.auth_data.credential_data.public_key.ALGORITHM, algorithm)
                self.assertEqual(made.auth_data.credential_data.aaguid, ctap.info.aaguid)
                self.assertEqual(made.auth_data.rp_id_hash, RP_HASH)
                self.assertEqual(made.auth_data.flags, 0x41)
                result = PackedAttestation().verify(made.att_statement, made.auth_data, HASH)
                self.assert_chain(key, result.trust_path)
                first, second = (counted(key, lambda: self.signed(ctap, made), touches_asked=1,
                                         touches_given=1, signatures=1) for _ in range(2))
                self.assertEqual(first.auth_data.flags, 0x01)
                self.assertGreater(second.auth_data.counter, first.auth_data.counter)

    def test_takes_the_first_algorithm_that_it_has(self):
        _, ctap = self.plug()
        made = ctap.make_credential(HASH, RP, user(), parameters(-257, -8, -7))
        self.assertEqual(made.auth_data.credential_data.public_key.ALGORITHM, -8)
        self.refused(ERR.UNSUPPORTED_ALGORITHM, self.make, ctap, -257)

    def test_gives_the_attestation_of_its_knob(self):
        for kind, fmt, verify in (("fido-u2f", "fido-u2f", FidoU2FAttestation),
                                  ("self", "packed", PackedAttestation),
                                  ("none", "none", NoneAttestation)):
            with self.subTest(attestation=kind):
                key, ctap = self.plug(name=kind, attestation=kind)
                made = self.make(ctap)
                self.assertEqual(made.fmt, fmt)
                result = verify().verify(made.att_statement, made.auth_data, HASH)
                self.assertEqual(len(result.trust_path), 1 if kind == "fido-u2f" else 0)
                self.signed(ctap, made)

    def test_signs_without_a_touch_where_none_is_wanted(self):
        key, ctap = self.plug()
        made = self.make(ctap)
        key.touch("never")
        answer = counted(key, lambda: self.signed(ctap, made, options={"up": False}),
                         signatures=1)
        self.assertEqual(answer.auth_data.flags, 0)

    def test_knows_only_what_it_made(self):
        _, ctap = self.plug()
        _, other = self.plug(name="other")
        made = self.make(ctap).auth_data.credential_data.credential_id
        self.refused(ERR.NO_CREDENTIALS, other.get_assertion, "ssh:", HASH, [descriptor(made)])
        self.refused(ERR.NO_CREDENTIALS, ctap.get_assertion, "ssh:x", HASH, [descriptor(made)])
        self.refused(ERR.NO_CREDENTIALS, ctap.get_assertion, "ssh:", HASH)
        for broken in (made[:-1], made + b"\0", bytes([made[0] ^ 1]) + made[1:]):
            self.refused(ERR.NO_CREDENTIALS, ctap.get_assertion, "ssh:", HASH, [descriptor(broken)])

    def test_excludes_what_is_named_only_after_a_touch(self):
        key, ctap = self.plug()
        made = self.make(ctap).auth_data.credential_data.credential_id
        counted(key, lambda: self.refused(ERR.CREDENTIAL_EXCLUDED, self.make, ctap,
                                          exclude_list=[descriptor(made)]),
                touches_asked=1, touches_given=1)
        self.make(ctap, exclude_list=[descriptor(b"somebody else's")])

    def test_stores_resident_credentials_and_finds_the_newest_first(self):
        key, ctap = self.plug()
        made = {name: self.make(ctap, algorithm, name, options={"rk": True})
                for name, algorithm in (("ann", -7), ("bob", -8), ("cyd", -7))}
        self.assertEqual([entry["user_name"] for entry in key.state()["credentials"]],
                         ["ann", "bob", "cyd"])
        answers = ctap.get_assertions(RP["id"], HASH)
        self.assertEqual([answer.user["id"] for answer in answers], [b"cyd", b"bob", b"ann"])
        for answer in answers:
            credential = made[answer.user["id"].decode()].auth_data.credential_data
            answer.verify(HASH, credential.public_key)
        self.refused(ERR.NOT_ALLOWED, ctap.get_next_assertion)

    def test_replaces_the_resident_credential_of_the_same_user(self):
        key, ctap = self.plug()
        self.make(ctap, options={"rk": True})
        second = self.make(ctap, options={"rk": True})
        self.assertEqual(len(key.state()["credentials"]), 1)
        answer = ctap.get_assertion(RP["id"], HASH)
        answer.verify(HASH, second.auth_data.credential_data.public_key)

    def test_keeps_what_it_made_over_unplugging_and_restarts(self):
        key, ctap = self.plug()
        made = self.make(ctap, options={"rk": True})
        ctap = self.replug(key)
        counter = self.signed(ctap, made).auth_data.counter
        self.assertEqual(key.stop(), 0)
        key.start()
        ctap = Ctap2(self.open(key))
        self.assertGreater(self.signed(ctap, made).auth_data.counter, counter)
        ctap.get_assertion(RP["id"], HASH).verify(HASH, made.auth_data.credential_data.public_key)

    def test_full_stores_nothing(self):
        _, ctap = self.plug("full")
        self.refused(ERR.KEY_STORE_FULL, self.make, ctap, options={"rk": True})
        self.signed(ctap, self.make(ctap))

    def test_stores_as_many_as_it_has_slots_for(self):
        _, ctap = self.plug(resident_slots=2)
        for name in ("ann", "bob"):
            self.make(ctap, name=name, options={"rk": True})
        self.refused(ERR.KEY_STORE_FULL, self.make, ctap, name="cyd", options={"rk": True})
        self.make(ctap, name="ann", options={"rk": True})

    def test_passes_over_extensions_that_it_does_not_know(self):
        _, ctap = self.plug()
        made = self.make(ctap, extensions={"unheard-of": {"a": [1, b"2"]}, "credProtect": 2})
        self.assertEqual(made.auth_data.extensions, {"credProtect": 2})
        PackedAttestation().verify(made.att_statement, made.auth_data, HASH)
        made = self.make(ctap, extensions={"hmac-secret": True})
        self.assertIsNone(made.auth_data.extensions)
        self.signed(ctap, made, extensions={"unheard-of": True})

    def test_hides_protected_credentials_from_who_is_not_verified(self):
        _, ctap = self.plug()
        hidden = self.make(ctap, options={"rk": True}, extensions={"credProtect": 3})
        listed = self.make(ctap, name="ann", options={"rk": True}, extensions={"credProtect": 2})
        self.refused(ERR.NO_CREDENTIALS, ctap.get_assertion, RP["id"], HASH)
        self.signed(ctap, listed)
        self.refused(ERR.NO_CREDENTIALS, self.signed, ctap, hidden)


class People(ClientTestCase):
    def test_declining_is_not_waiting(self):
        key, ctap = self.plug(touch="no")
        counted(key, lambda: self.refused(ERR.OPERATION_DENIED, self.make, ctap), touches_asked=1)
        self.refused(ERR.OPERATION_DENIED, ctap.send_cbor, Ctap2.CMD.SELECTION)

    def test_nobody_comes_in_time(self):
        key, ctap = self.plug(touch="never", touch_timeout=50, keepalive=10)
        counted(key, lambda: self.refused(ERR.USER_ACTION_TIMEOUT, self.make, ctap),
                touches_asked=1, timed_out=1)

    def test_says_that_it_waits_and_is_cancelled(self):
        key, ctap = self.plug(touch="never", reset_window=0)
        for name, call in (
                ("makeCredential", lambda **k: self.make(ctap, **k)),
                ("selection", lambda **k: ctap.send_cbor(Ctap2.CMD.SELECTION, **k)),
                ("reset", ctap.reset)):
            with self.subTest(command=name):
                event, statuses = threading.Event(), []

                def cancel(status):
                    statuses.append(status)
                    self.assertEqual(key.state()["waiting"], "touch")
                    event.set()

                counted(key, lambda: self.refused(ERR.KEEPALIVE_CANCEL, call, event=event,
                                                  on_keepalive=cancel),
                        touches_asked=1, cancelled=1)
                self.assertEqual(statuses, [STATUS.UPNEEDED])
                self.assertIsNone(key.state()["waiting"])
                self.assertEqual(key.state()["events"][-1]["what"], name)

    def test_is_touched_while_it_waits(self):
        key, ctap = self.plug(touch="never")
        made = self.make(ctap, on_keepalive=lambda _: key.touch("once"))
        self.assertTrue(made.auth_data.is_user_present())
        self.assertEqual(key.state()["touch"], "never")

    def test_selection_wants_a_touch(self):
        key, ctap = self.plug()
        counted(key, lambda: ctap.send_cbor(Ctap2.CMD.SELECTION), touches_asked=1,
                touches_given=1)

    def test_unplugged_while_it_waits(self):
        key, ctap = self.plug(touch="never")
        with self.assertRaises(OSError):
            self.make(ctap, on_keepalive=lambda _: key.unplug())
        with self.assertRaises(OSError):
            self.open(key)
        key.plug()
        self.assertEqual(self.open(key).ping(), b"Hello FIDO")

    def test_reset_forgets_all_but_the_factory(self):
        key, ctap = self.plug(reset_window=0)
        made = self.make(ctap, options={"rk": True})
        ClientPin(ctap).set_pin(PIN)
        counted(key, ctap.reset, touches_asked=1, touches_given=1)
        self.assertFalse(ctap.get_info().options["clientPin"])
        self.assertEqual(key.state()["credentials"], [])
        self.refused(ERR.NO_CREDENTIALS, self.signed, ctap, made)
        again = self.make(ctap)
        self.assertEqual(again.att_statement["x5c"], made.att_statement["x5c"])

    def test_reset_only_soon_after_the_plug(self):
        key, ctap = self.plug(reset_window=1)
        times = [0, 0]
        while times[-1] - times[0] < 2:  # by the key's own clock, in milliseconds
            ctap.get_info()
            times = [event["at"] for event in key.state()["events"]]
        self.refused(ERR.NOT_ALLOWED, ctap.reset)


if __name__ == "__main__":
    unittest.main()
