#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""PINs, tokens and credential management of the simulated security key, with Debian's python3-fido2
at the other end: both PIN protocols."""

import unittest

from fido2.ctap import CtapError
from fido2.ctap2 import ClientPin, CredentialManagement, PinProtocolV1, PinProtocolV2

from fido2_test_case import (CM, ERR, GA, HASH, MC, OTHER_PIN, PIN, ClientTestCase, descriptor,
                             parameters, user)
from simulated_key import counted


class PinTestCase(ClientTestCase):
    def proof(self, pin, token):
        return {"pin_uv_param": pin.protocol.authenticate(token, HASH),
                "pin_uv_protocol": pin.protocol.VERSION}

    def with_token(self, ctap, pin, token, **keywords):
        return self.make(ctap, **self.proof(pin, token), **keywords)


class PinProtocol:
    """Tests for both PIN protocols."""

    def plug_with_protocol(self, **knobs):
        key, ctap = self.plug(**knobs)
        return key, ctap, ClientPin(ctap, self.PROTOCOL())

    def test_sets_and_changes_a_pin(self):
        key, ctap, pin = self.plug_with_protocol()
        self.assertFalse(key.state()["pin_set"])
        pin.set_pin(PIN)
        self.assertTrue(ctap.get_info().options["clientPin"])
        self.assertTrue(key.state()["pin_set"])
        self.refused(ERR.PIN_AUTH_INVALID, pin.set_pin, OTHER_PIN)
        counted(key, lambda: pin.change_pin(PIN, OTHER_PIN), pin_tries=1)
        counted(key, lambda: self.refused(ERR.PIN_INVALID, pin.change_pin, PIN, PIN),
                pin_tries=1, wrong_pins=1)
        counted(key, lambda: pin.get_pin_token(OTHER_PIN, MC, "ssh:"), pin_tries=1)

    def test_counts_wrong_pins_and_forgives_them_after_a_right_one(self):
        key, _, pin = self.plug_with_protocol()
        pin.set_pin(PIN)
        self.assertEqual(pin.get_pin_retries()[0], 8)
        for left in (7, 6):
            counted(key, lambda: self.refused(ERR.PIN_INVALID, pin.get_pin_token, "wrong", MC,
                                              "ssh:"), pin_tries=1, wrong_pins=1)
            self.assertEqual(pin.get_pin_retries()[0], left)
        pin.get_pin_token(PIN, MC, "ssh:")
        self.assertEqual(pin.get_pin_retries()[0], 8)

    def test_three_wrong_pins_lock_it_until_it_is_plugged_in_again_and_eight_for_ever(self):
        key, ctap, pin = self.plug_with_protocol()
        pin.set_pin(PIN)
        for count in range(1, 9):
            error = (ERR.PIN_BLOCKED if count == 8 else
                     ERR.PIN_INVALID if count % 3 else ERR.PIN_AUTH_BLOCKED)
            self.refused(error, pin.get_pin_token, "wrong", MC, "ssh:")
            self.assertEqual(key.state()["pin_tries_left"], 8 - count)
            if count in (3, 6):
                counted(key, lambda: self.refused(ERR.PIN_AUTH_BLOCKED, pin.get_pin_token, PIN,
                                                  MC, "ssh:"))
                pin = ClientPin(self.replug(key), type(pin.protocol)())
        self.refused(ERR.PIN_BLOCKED, pin.get_pin_token, PIN, MC, "ssh:")
        pin = ClientPin(self.replug(key), type(pin.protocol)())
        self.refused(ERR.PIN_BLOCKED, pin.get_pin_token, PIN, MC, "ssh:")

    def test_refuses_short_pins(self):
        _, _, pin = self.plug_with_protocol(min_pin_length=6)
        self.refused(ERR.PIN_POLICY_VIOLATION, pin.set_pin, "12345")
        self.refused(ERR.PIN_POLICY_VIOLATION, pin.set_pin, "äöüßé")  # ten bytes, five letters
        pin.set_pin("äöüßéè")
        pin.get_pin_token("äöüßéè", MC, "ssh:")

    def test_a_token_verifies_its_user(self):
        key, ctap, pin = self.plug_with_protocol()
        pin.set_pin(PIN)
        made = self.with_token(ctap, pin, pin.get_pin_token(PIN, MC, "ssh:"))
        self.assertTrue(made.auth_data.is_user_verified())
        self.assertTrue(made.auth_data.is_user_present())
        token = pin.get_pin_token(PIN, GA, "ssh:")
        answer = self.signed(ctap, made, **self.proof(pin, token))
        self.assertTrue(answer.auth_data.is_user_verified())

    def test_a_token_is_good_for_what_it_permits(self):
        _, ctap, pin = self.plug_with_protocol()
        pin.set_pin(PIN)
        made = self.make(ctap)
        for permissions, rp, makes, signs in (
                (MC, "ssh:", True, False), (GA, "ssh:", False, True), (MC | GA, "ssh:", True, True),
                (MC | GA, "ssh:x", False, False), (CM, None, False, False)):
            for allowed, use in (
                    (makes, lambda token: self.with_token(ctap, pin, token)),
                    (signs, lambda token: self.signed(ctap, made, **self.proof(pin, token)))):
                with self.subTest(permissions=permissions, rp=rp):
                    token = pin.get_pin_token(PIN, permissions, rp)
                    if allowed:
                        use(token)
                    else:
                        self.refused(ERR.PIN_AUTH_INVALID, use, token)

    def test_a_token_makes_one_credential(self):
        _, ctap, pin = self.plug_with_protocol()
        pin.set_pin(PIN)
        token = pin.get_pin_token(PIN, MC, "ssh:")
        self.with_token(ctap, pin, token)
        self.refused(ERR.PIN_AUTH_INVALID, self.with_token, ctap, pin, token)

    def test_a_token_of_the_old_kind_makes_and_signs(self):
        _, ctap, pin = self.plug_with_protocol()
        pin.set_pin(PIN)
        pin._supports_permissions = False
        made = self.with_token(ctap, pin, pin.get_pin_token(PIN))
        self.signed(ctap, made, **self.proof(pin, pin.get_pin_token(PIN)))
        self.refused(ERR.PIN_AUTH_INVALID, self.signed, ctap, made,
                     **self.proof(pin, bytes(32)))

    def test_a_token_for_nothing_or_for_what_it_has_not_is_refused(self):
        _, ctap, pin = self.plug_with_protocol()
        pin.set_pin(PIN)
        self.refused(ERR.INVALID_PARAMETER, pin.get_pin_token, PIN, 0, "ssh:")
        self.refused(ERR.UNAUTHORIZED_PERMISSION, pin.get_pin_token, PIN,
                     ClientPin.PERMISSION.BIO_ENROLL, None)
        self.refused(ERR.MISSING_PARAMETER, pin.get_pin_token, PIN, None, None)


class PinProtocol1(PinProtocol, PinTestCase):
    PROTOCOL = PinProtocolV1


class PinProtocol2(PinProtocol, PinTestCase):
    PROTOCOL = PinProtocolV2


class Verification(PinTestCase):
    def test_a_new_agreement_key_after_each_wrong_pin(self):
        _, ctap = self.plug()
        pin = ClientPin(ctap)
        pin.set_pin(PIN)
        agreement = (pin.protocol.VERSION, ClientPin.CMD.GET_KEY_AGREEMENT)
        first = ctap.client_pin(*agreement)
        self.assertEqual(ctap.client_pin(*agreement), first)
        self.refused(ERR.PIN_INVALID, pin.get_pin_token, "wrong", MC, "ssh:")
        self.assertNotEqual(ctap.client_pin(*agreement), first)

    def test_always_uv_makes_nothing_without_a_pin(self):
        _, ctap = self.plug("fido-2.1-always-uv")
        self.refused(ERR.PIN_REQUIRED, self.make, ctap)
        pin = ClientPin(ctap)
        pin.set_pin(PIN)
        made = self.with_token(ctap, pin, pin.get_pin_token(PIN, MC, "ssh:"))
        self.refused(ERR.PIN_REQUIRED, self.signed, ctap, made)

    def test_fido_2_0_with_a_pin_makes_nothing_without_it(self):
        key, ctap = self.plug("fido-2.0")
        self.signed(ctap, self.make(ctap))
        pin = ClientPin(ctap)
        pin.set_pin(PIN)
        self.refused(ERR.PIN_REQUIRED, self.make, ctap)
        made = self.with_token(ctap, pin, pin.get_pin_token(PIN))
        self.signed(ctap, made)

    def test_fido_2_1_with_a_pin_stores_nothing_without_it(self):
        _, ctap = self.plug()
        pin = ClientPin(ctap)
        pin.set_pin(PIN)
        self.refused(ERR.PIN_REQUIRED, self.make, ctap, options={"rk": True})
        self.make(ctap)
        self.with_token(ctap, pin, pin.get_pin_token(PIN, MC, "ssh:"), options={"rk": True})

    def test_cannot_have_a_pin(self):
        _, ctap = self.plug("fido-2.0-no-pin")
        with self.assertRaises(ValueError):
            ClientPin(ctap)
        self.assertRaises(CtapError, ctap.client_pin, 1, ClientPin.CMD.GET_KEY_AGREEMENT)

    def test_an_empty_proof_asks_whether_a_pin_is_set(self):
        key, ctap = self.plug()
        probe = {"pin_uv_param": b"", "pin_uv_protocol": 1}
        counted(key, lambda: self.refused(ERR.PIN_NOT_SET, self.make, ctap, **probe),
                touches_asked=1, touches_given=1)
        ClientPin(ctap).set_pin(PIN)
        counted(key, lambda: self.refused(ERR.PIN_INVALID, self.make, ctap, **probe),
                touches_asked=1, touches_given=1)

    def test_a_finger_verifies_its_user(self):
        key, ctap = self.plug("fido-2.1-built-in-uv")
        made = counted(key, lambda: self.make(ctap, options={"uv": True}), verifications_asked=1,
                       verifications_given=1, signatures=1)
        self.assertTrue(made.auth_data.is_user_verified())
        pin = ClientPin(ctap)
        token = counted(key, lambda: pin.get_uv_token(GA, "ssh:"), verifications_asked=1,
                        verifications_given=1)
        self.assertTrue(self.signed(ctap, made, **self.proof(pin, token))
                        .auth_data.is_user_verified())

    def test_wrong_fingers_are_counted(self):
        key, ctap = self.plug("fido-2.1-built-in-uv", touch="no")
        pin = ClientPin(ctap)
        before = pin.get_uv_retries()[0]
        self.refused(ERR.UV_INVALID, pin.get_uv_token, GA, "ssh:")
        self.assertEqual(pin.get_uv_retries()[0], before - 1)


class Management(ClientTestCase):
    def manager(self, ctap, pin):
        return CredentialManagement(ctap, pin.protocol, pin.get_pin_token(PIN, CM))

    def setUp(self):
        super().setUp()
        self.key, self.ctap = self.plug()
        self.made = {}
        for rp in ("ssh:", "ssh:work"):
            for name in ("ann", "bob"):
                self.made[rp, name] = self.ctap.make_credential(
                    HASH, {"id": rp}, user(name), parameters(-8), options={"rk": True},
                    extensions={"credProtect": 2}).auth_data.credential_data
        self.key.touch("never")  # managing needs a PIN, and no touch
        self.pin = ClientPin(self.ctap)
        self.pin.set_pin(PIN)

    def test_lists_what_is_stored(self):
        for protocol in (PinProtocolV1, PinProtocolV2):
            self.pin.protocol = protocol()
            manager = self.manager(self.ctap, self.pin)
            result = CredentialManagement.RESULT
            count = manager.get_metadata()
            self.assertEqual((count[result.EXISTING_CRED_COUNT],
                              count[result.MAX_REMAINING_COUNT]), (4, 21))
            found = {}
            for rp in manager.enumerate_rps():
                for entry in manager.enumerate_creds(rp[result.RP_ID_HASH]):
                    name = entry[result.USER]["name"]
                    self.assertEqual(entry[result.USER]["id"], name.encode())
                    self.assertEqual(entry[result.CRED_PROTECT], 2)
                    found[rp[result.RP]["id"], name] = (entry[result.CREDENTIAL_ID]["id"],
                                                       entry[result.PUBLIC_KEY])
            self.assertEqual(found, {where: (made.credential_id, made.public_key)
                                     for where, made in self.made.items()})

    def test_deletes_and_renames(self):
        manager = self.manager(self.ctap, self.pin)
        ann = descriptor(self.made["ssh:", "ann"].credential_id)
        manager.update_user_info(ann, {"id": b"ann", "name": "anna", "displayName": "Anna"})
        self.assertIn({"rp_id": "ssh:", "user_name": "anna"}, self.key.state()["credentials"])
        manager.delete_cred(ann)
        self.refused(ERR.NO_CREDENTIALS, manager.delete_cred, ann)
        self.assertEqual(len(self.key.state()["credentials"]), 3)
        self.refused(ERR.NO_CREDENTIALS, self.ctap.get_assertion, "ssh:", HASH, [ann],
                     options={"up": False})

    def test_a_token_for_something_else_is_refused(self):
        manager = CredentialManagement(self.ctap, self.pin.protocol,
                                       self.pin.get_pin_token(PIN, MC | GA, "ssh:"))
        for call in (manager.get_metadata, manager.enumerate_rps):
            self.refused(ERR.PIN_AUTH_INVALID, call)

    def test_nothing_is_stored(self):
        _, ctap = self.plug(name="empty")
        pin = ClientPin(ctap)
        pin.set_pin(PIN)
        self.refused(ERR.NO_CREDENTIALS, self.manager(ctap, pin).enumerate_rps)


if __name__ == "__main__":
    unittest.main()
