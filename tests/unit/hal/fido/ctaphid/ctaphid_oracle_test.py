#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""python-fido2, a client by others, talks to our CTAPHID.

    ctaphid_oracle_test.py PROGRAM
"""
import subprocess
import sys
import threading
import types
import unittest

from fido2.ctap import CtapError
from fido2.hid import CAPABILITY, CTAPHID, CtapHidDevice

PROGRAM = sys.argv.pop(1)
GET_INFO, TOUCH, ECHO = b"\x04", b"\x02\xa0", b"\x40"


class Pipe:
    """A connection in the shape that fido2.hid wants."""

    def __init__(self, *arguments):
        self.key = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, bufsize=0)

    def write_packet(self, packet):
        assert len(packet) == 64
        self.key.stdin.write(packet)

    def read_packet(self):
        packet = b""
        while len(packet) < 64:
            part = self.key.stdout.read(64 - len(packet))
            if not part:
                raise EOFError("the key is gone")
            packet += part
        return packet

    def close(self):
        self.key.stdin.close()
        self.key.stdout.close()
        self.key.wait(10)


class CtapHid(unittest.TestCase):
    def plug(self, *arguments):
        descriptor = types.SimpleNamespace(report_size_out=64, report_size_in=64, path="pipe")
        device = CtapHidDevice(descriptor, Pipe(*arguments))
        self.addCleanup(device.close)
        return device

    def refused(self, code, device, command, data=b""):
        with self.assertRaises(CtapError) as caught:
            device.call(command, data)
        self.assertEqual(caught.exception.code, code)

    def test_the_client_reads_what_the_key_is(self):
        device = self.plug()
        self.assertEqual(device.version, 2)
        self.assertEqual(device.device_version, (5, 4, 3))
        self.assertEqual(device.capabilities, CAPABILITY.WINK | CAPABILITY.CBOR)

    def test_pings_of_every_length_come_back(self):
        device = self.plug()
        for size in (1, 56, 57, 58, 115, 116, 117, 1024, 7608, 7609):
            message = bytes(i % 251 for i in range(size))
            self.assertEqual(device.ping(message), message)

    def test_wink_is_answered(self):
        self.plug().wink()

    def test_cbor_and_apdus_pass(self):
        device = self.plug()
        self.assertEqual(device.call(CTAPHID.CBOR, GET_INFO).hex(), "00a101816178")
        self.assertEqual(device.call(CTAPHID.CBOR, ECHO + b"x" * 1000), b"\0" + b"x" * 1000)
        self.assertEqual(device.call(CTAPHID.MSG, b"\1\2\3").hex(), "0302019000")

    def test_the_client_sees_that_a_person_is_waited_for(self):
        seen = []
        answer = self.plug().call(CTAPHID.CBOR, TOUCH, on_keepalive=seen.append)
        self.assertEqual(answer.hex(), "00a10102")
        self.assertEqual(seen, [2])

    def test_the_client_can_cancel(self):
        event = threading.Event()
        event.set()
        device = self.plug("still")
        self.assertEqual(device.call(CTAPHID.CBOR, TOUCH, event), b"\x2d")
        self.assertEqual(device.ping(), b"Hello FIDO")

    def test_the_wait_ends(self):
        self.assertEqual(self.plug("nobody").call(CTAPHID.CBOR, TOUCH), b"\x2f")

    def test_errors_are_the_clients_errors(self):
        device = self.plug()
        self.refused(CtapError.ERR.INVALID_COMMAND, device, 0x66)
        self.refused(CtapError.ERR.INVALID_COMMAND, device, CTAPHID.LOCK, b"\1")
        self.refused(CtapError.ERR.INVALID_LENGTH, device, CTAPHID.CBOR)
        self.refused(CtapError.ERR.INVALID_LENGTH, device, CTAPHID.MSG)
        self.refused(CtapError.ERR.INVALID_LENGTH, device, CTAPHID.INIT, bytes(7))
        device._channel_id ^= 1
        self.refused(CtapError.ERR.INVALID_CHANNEL, device, CTAPHID.PING, b"x")


if __name__ == "__main__":
    unittest.main()
