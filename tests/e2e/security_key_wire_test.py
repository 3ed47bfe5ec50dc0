#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The simulated security key as Debian's python3-fido2 hears it: CTAPHID, U2F (CTAP1), and what
goes wrong on the wire."""

import hashlib
import os
import threading
import unittest

from cryptography.exceptions import InvalidSignature as BadSignature
from fido2 import cbor
from fido2.attestation import InvalidSignature, PackedAttestation
from fido2.cose import ES256
from fido2.ctap import STATUS, CtapError
from fido2.ctap1 import ApduError, Ctap1
from fido2.ctap2 import ClientPin, Ctap2
from fido2.hid import CAPABILITY, CTAPHID

from fido2_client import FencedConnection, NothingMore, SocketConnection, open_device
from fido2_test_case import (ERR, HASH, MC, PIN, RP, RP_HASH, ClientTestCase, descriptor,
                             parameters, user)
from simulated_key import counted

MAX_MESSAGE = 64 - 7 + 128 * (64 - 5)  # what CTAPHID can carry


class Wire(ClientTestCase):
    def test_echoes_pings_of_every_length_that_fits(self):
        device = self.open(self.start_key())
        for size in (0, 1, 56, 57, 58, 115, 116, 117, 1024, MAX_MESSAGE - 1, MAX_MESSAGE):
            with self.subTest(size=size):
                ping = os.urandom(size)
                self.assertEqual(device.ping(ping), ping)

    def test_refuses_a_longer_message_and_goes_on(self):
        device = self.open(self.start_key())
        self.refused(ERR.INVALID_LENGTH, device.ping, bytes(MAX_MESSAGE + 1))
        self.assertEqual(self.open_again(device).ping(b"still there"), b"still there")

    def open_again(self, device):
        """Another channel: what was left of the refused message was for the first."""
        another = open_device(device.descriptor.path)
        self.addCleanup(another.close)
        return another

    def test_says_what_it_can(self):
        wanted = {"fido-2.1": CAPABILITY.CBOR, "u2f-only": 0, "fido-2.0": CAPABILITY.CBOR}
        for model, cbor_bit in wanted.items():
            with self.subTest(model=model):
                device = self.open(self.start_key(model, name=model))
                self.assertEqual(device.version, 2)
                self.assertEqual(device.capabilities & CAPABILITY.CBOR, cbor_bit)
                self.assertFalse(device.capabilities & CAPABILITY.NMSG)
        device = self.open(self.start_key(name="no-u2f", u2f="false"))
        self.assertTrue(device.capabilities & CAPABILITY.NMSG)
        self.refused(ERR.INVALID_COMMAND, Ctap1(device).get_version)

    def test_does_not_know_other_commands(self):
        device = self.open(self.start_key())
        self.refused(ERR.INVALID_COMMAND, device.call, 0x45)

    def test_is_busy_for_others_while_it_waits_for_a_touch(self):
        key = self.start_key(touch="never")
        device, other = self.open(key), self.open(key)
        event, statuses = threading.Event(), []

        def look(status):
            statuses.append(status)
            if status == STATUS.UPNEEDED:
                self.refused(ERR.CHANNEL_BUSY, other.ping)
                event.set()

        self.refused(ERR.KEEPALIVE_CANCEL, self.make, Ctap2(device), event=event,
                     on_keepalive=look)
        self.assertEqual(statuses[-1], STATUS.UPNEEDED)
        self.assertEqual(other.ping(b"free"), b"free")

    def test_gives_every_channel_its_own_number(self):
        key = self.start_key()
        channels = {self.open(key)._channel_id for _ in range(12)}
        self.assertEqual(len(channels), 12)
        self.assertFalse(channels & {0, 0xFFFFFFFF})

    def test_starts_over_when_the_client_says_init_on_its_channel(self):
        device = self.open(self.start_key())
        answer = device.call(CTAPHID.INIT, b"12345678")
        self.assertEqual(answer[:8], b"12345678")
        self.assertEqual(int.from_bytes(answer[8:12], "big"), device._channel_id)


class U2f(ClientTestCase):
    APP = hashlib.sha256(b"https://example.test").digest()
    OTHER_APP = hashlib.sha256(b"https://other.test").digest()

    def apdu_refused(self, status, call, *arguments, **keywords):
        with self.assertRaises(ApduError) as raised:
            call(*arguments, **keywords)
        self.assertEqual(raised.exception.code, status)

    def test_registers_and_signs_on_every_model(self):
        for model in ("u2f-only", "fido-2.0", "fido-2.1"):
            with self.subTest(model=model):
                key = self.start_key(model, name=model)
                ctap = Ctap1(self.open(key))
                self.assertEqual(ctap.get_version(), "U2F_V2")
                made = counted(key, lambda: ctap.register(HASH, self.APP), touches_asked=1,
                               touches_given=1, signatures=1)
                made.verify(self.APP, HASH)
                first, second = (counted(
                    key, lambda: ctap.authenticate(HASH, self.APP, made.key_handle),
                    touches_asked=1, touches_given=1, signatures=1) for _ in range(2))
                for signed in (first, second):
                    signed.verify(self.APP, HASH, made.public_key)
                    self.assertEqual(signed.user_presence, 1)
                self.assertGreater(second.counter, first.counter)

    def test_answers_at_once_that_a_touch_is_missing(self):
        key = self.start_key("u2f-only", touch="never")
        ctap = Ctap1(self.open(key))
        self.apdu_refused(0x6985, ctap.register, HASH, self.APP)
        key.touch("once")
        made = ctap.register(HASH, self.APP)
        self.apdu_refused(0x6985, ctap.authenticate, HASH, self.APP, made.key_handle)

    def test_knows_its_own_handles_without_a_touch(self):
        key = self.start_key("u2f-only")
        ctap = Ctap1(self.open(key))
        handle = ctap.register(HASH, self.APP).key_handle
        key.touch("never")
        broken = handle[:-1] + bytes([handle[-1] ^ 1])
        self.apdu_refused(0x6985, ctap.authenticate, HASH, self.APP, handle, check_only=True)
        self.apdu_refused(0x6A80, ctap.authenticate, HASH, self.OTHER_APP, handle, check_only=True)
        self.apdu_refused(0x6A80, ctap.authenticate, HASH, self.APP, broken, check_only=True)
        other = Ctap1(self.open(self.start_key("u2f-only", name="other")))
        self.apdu_refused(0x6A80, other.authenticate, HASH, self.APP, handle, check_only=True)

    def test_signs_as_ctap2_what_was_registered_as_u2f(self):
        key = self.start_key()
        device = self.open(key)
        made = Ctap1(device).register(HASH, RP_HASH)
        answer = Ctap2(device).get_assertion(RP["id"], HASH, [descriptor(made.key_handle)])
        answer.verify(HASH, ES256.from_ctap1(made.public_key))

    def test_refuses_apdus_that_are_none(self):
        ctap = Ctap1(self.open(self.start_key("u2f-only")))
        self.apdu_refused(0x6D00, ctap.send_apdu, ins=0x77)
        self.apdu_refused(0x6E00, ctap.send_apdu, cla=0x80, ins=3)
        self.apdu_refused(0x6700, ctap.send_apdu, ins=1, data=b"too short")


class BadRequests(ClientTestCase):
    def send(self, ctap, message):
        """The status of a raw message, be it CTAP2's or CTAPHID's."""
        try:
            return ERR(ctap.device.call(CTAPHID.CBOR, message)[0])
        except CtapError as error:
            return error.code

    def test_each_has_its_status(self):
        _, ctap = self.plug(touch="never")
        good = {1: HASH, 2: RP, 3: user(), 4: parameters(-7)}
        cases = [
            ("no command", b"", ERR.INVALID_LENGTH),
            ("unknown command", b"\x55", ERR.INVALID_COMMAND),
            ("no map", b"\x01", ERR.MISSING_PARAMETER),
            ("cut map", b"\x01\xa1", ERR.INVALID_CBOR),
            ("keys in the wrong order", b"\x01\xa2\x02\x00\x01\x00", ERR.INVALID_CBOR),
            ("a length longer than needed", b"\x01\xb8\x01\x01\x00", ERR.INVALID_CBOR),
            ("bytes behind the map", b"\x01" + cbor.encode(good) + b"\0", ERR.INVALID_CBOR),
            ("an array", b"\x01" + cbor.encode([good]), ERR.CBOR_UNEXPECTED_TYPE),
            ("assertion of nothing", b"\x02" + cbor.encode({}), ERR.MISSING_PARAMETER),
        ]
        for name, message, error in cases:
            with self.subTest(name):
                self.assertEqual(self.send(ctap, message), error)
        for missing in good:
            with self.subTest(missing=missing):
                rest = {number: value for number, value in good.items() if number != missing}
                self.assertEqual(self.send(ctap, b"\x01" + cbor.encode(rest)),
                                 ERR.MISSING_PARAMETER)
        for number, value in ((1, "text"), (2, b"rp"), (3, []), (4, {}), (5, {}), (7, [])):
            with self.subTest(wrong_type=number):
                bad = cbor.encode({**good, number: value})
                self.assertEqual(self.send(ctap, b"\x01" + bad), ERR.CBOR_UNEXPECTED_TYPE)

    def test_options_that_make_no_sense(self):
        _, ctap = self.plug(touch="never")
        self.refused(ERR.INVALID_OPTION, self.make, ctap, options={"up": False})
        self.refused(ERR.INVALID_OPTION, self.make, ctap, options={"uv": True})
        self.refused(ERR.UNSUPPORTED_OPTION, ctap.get_assertion, "ssh:", HASH,
                     options={"rk": True})
        _, ctap = self.plug(name="no-rk", touch="never", resident_keys="false")
        self.refused(ERR.UNSUPPORTED_OPTION, self.make, ctap, options={"rk": True})

    def test_too_much_at_once(self):
        _, ctap = self.plug(touch="never", max_message_size=1000)
        self.refused(ERR.REQUEST_TOO_LARGE, ctap.get_assertion, "ssh:", bytes(1000))
        many = [descriptor(bytes([number])) for number in range(9)]
        self.refused(ERR.LIMIT_EXCEEDED, ctap.get_assertion, "ssh:", HASH, many)

    def test_subcommands_that_do_not_exist(self):
        _, ctap = self.plug()
        self.refused(ERR.INVALID_SUBCOMMAND, ctap.client_pin, 1, 0x77)
        self.refused(ERR.INVALID_PARAMETER, ctap.client_pin, 9, ClientPin.CMD.GET_KEY_AGREEMENT)


class Misbehaviours(ClientTestCase):
    """What keys in the wild do wrong ends in an error for a careful client, and never in a hang."""

    def plug_bad(self, **knobs):
        """INIT and getInfo are as they should be, so that clients get as far as a command."""
        key = self.start_key(**knobs)
        return Ctap2(self.open(key, connect=FencedConnection))

    def test_endless_keepalive(self):
        ctap = self.plug_bad(keepalive=1, endless_keepalive="true")
        reports, read = [], ctap.device._connection.read_packet

        def read_at_most_fifty():
            reports.append(read())
            if len(reports) == 50:
                raise TimeoutError("that is enough")
            return reports[-1]

        ctap.device._connection.read_packet = read_at_most_fifty
        with self.assertRaisesRegex(TimeoutError, "enough"):
            self.make(ctap)
        self.assertEqual({report[4] for report in reports}, {0x80 | CTAPHID.KEEPALIVE})

    def test_announces_too_little(self):
        with self.assertRaises((ValueError, IndexError, KeyError)):
            self.make(self.plug_bad(announced="too-short"))

    def test_announces_too_much(self):
        with self.assertRaises(NothingMore):
            self.make(self.plug_bad(announced="too-long"))

    def test_bad_cbor(self):
        with self.assertRaises((ValueError, IndexError)):
            self.make(self.plug_bad(bad_cbor="true"))

    def test_spares_not_even_get_info(self):
        for knob, value in (("announced", "too-short"), ("bad_cbor", "true"),
                            ("wrong_channel", "true")):
            with self.subTest(knob=knob), self.assertRaises((ValueError, IndexError, OSError)):
                self.plug_bad(name=knob, spares_get_info="false", **{knob: value})

    def test_claims_ed25519(self):
        _, ctap = self.plug(claims_ed25519="true")
        self.assertIn(-8, [entry["alg"] for entry in ctap.info.algorithms])
        self.refused(ERR.UNSUPPORTED_ALGORITHM, self.make, ctap, -8)
        self.signed(ctap, self.make(ctap, -7))

    def test_claims_resident_keys(self):
        _, ctap = self.plug(claims_resident_keys="true", resident_keys="false")
        self.assertTrue(ctap.info.options["rk"])
        self.assertRaises(CtapError, self.make, ctap, options={"rk": True})

    def test_denies_pin(self):
        _, ctap = self.plug(denies_pin="true")
        pin = ClientPin(ctap)
        pin.set_pin(PIN)
        self.assertFalse(ctap.get_info().options["clientPin"])
        self.refused(ERR.PIN_AUTH_INVALID, pin.set_pin, PIN)
        pin.get_pin_token(PIN, MC, "ssh:")

    def test_wrong_channel(self):
        with self.assertRaises(NothingMore):  # as from a hidraw node: none of ours
            self.make(self.plug_bad(wrong_channel="true"))
        key = self.start_key(name="heard", wrong_channel="true")
        with self.assertRaisesRegex(Exception, "Wrong channel"):
            self.make(Ctap2(self.open(key, every_channel=True)))

    def test_wrong_signature(self):
        key, ctap = self.plug(wrong_signature="true")
        made = self.make(ctap)
        with self.assertRaises(InvalidSignature):
            PackedAttestation().verify(made.att_statement, made.auth_data, HASH)
        with self.assertRaises(BadSignature):
            self.signed(ctap, made)

    def test_wrong_rp(self):
        _, ctap = self.plug(wrong_rp="true")
        made = self.make(ctap)
        self.assertNotEqual(made.auth_data.rp_id_hash, RP_HASH)
        PackedAttestation().verify(made.att_statement, made.auth_data, HASH)

    def test_disappears(self):
        key = self.start_key(disappears_at=7)
        device = self.open(key)  # two reports
        with self.assertRaises(OSError):
            for _ in range(3):
                device.ping()
        with self.assertRaises(OSError):
            SocketConnection(key.folder)
        self.assertFalse(key.state()["plugged"])


if __name__ == "__main__":
    unittest.main()
