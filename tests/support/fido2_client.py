# SPDX-License-Identifier: MIT
"""Debian's python3-fido2 as a client of a simulated key: it shares no code with the key, nor with
libfido2."""

import socket

from fido2.ctap2 import ClientPin, Ctap2
from fido2.hid import CTAPHID, CtapHidDevice
from fido2.hid.base import CtapHidConnection, HidDescriptor

from simulated_key import DEADLINE

REPORT_SIZE = 64
BROADCAST = b"\xff" * 4


class SocketConnection(CtapHidConnection):
    """DIR/hid.sock in the place of a hidraw node: one report a packet, and what other clients are
    told is to be passed over."""

    def __init__(self, folder, every_channel=False):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(f"{folder}/hid.sock")
        self.every_channel = every_channel
        self.channel = self.nonce = None

    def write_packet(self, data):
        self.channel, self.nonce = data[:4], data[7:15]
        self.socket.sendall(data)

    def read_packet(self):
        while True:
            report = self.socket.recv(REPORT_SIZE)
            if not report:
                raise ConnectionError("the key is unplugged")
            if self.every_channel or self.is_for_us(report):
                return report

    def is_for_us(self, report):
        if report[:4] != self.channel:
            return False
        is_init = report[4] == 0x80 | CTAPHID.INIT
        return self.channel != BROADCAST or not is_init or report[7:15] == self.nonce

    def close(self):
        self.socket.close()


class NothingMore(OSError):
    """The key has answered what came later: what is still waited for does not come."""


class FencedConnection(SocketConnection):
    """Knows without a clock that no answer comes: before it reads it asks for a channel too, and
    the key answers in order. Only for commands that wait for nobody."""

    def __init__(self, folder, **options):
        super().__init__(folder, **options)
        self.fence, self.reading = bytes(8), False

    def write_packet(self, data):
        self.reading = False
        super().write_packet(data)

    def read_packet(self):
        if not self.reading:
            self.reading = True
            self.fence = (int.from_bytes(self.fence, "big") + 1).to_bytes(8, "big")
            init = BROADCAST + bytes([0x80 | CTAPHID.INIT, 0, 8]) + self.fence
            self.socket.sendall(init.ljust(REPORT_SIZE, b"\0"))
        return super().read_packet()

    def is_for_us(self, report):
        if report[:4] == BROADCAST and report[7:15] == self.fence:
            raise NothingMore("no answer is coming")
        return super().is_for_us(report)


def open_device(folder, connect=SocketConnection, **options):
    """A CTAPHID channel of its own."""
    connection = connect(folder, **options)
    try:
        return CtapHidDevice(
            HidDescriptor(str(folder), 0, 0, REPORT_SIZE, REPORT_SIZE), connection)
    except BaseException:
        connection.close()
        raise


def set_pin(folder, pin):
    """As its owner does it once, on a computer of his."""
    with open_device(folder) as device:
        ClientPin(Ctap2(device)).set_pin(pin)
