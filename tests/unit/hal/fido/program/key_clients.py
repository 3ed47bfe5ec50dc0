# SPDX-License-Identifier: MIT
"""Who talks to latchkey-simulated-key: the person on key.sock, a host on hid.sock. As little as
these tests need, line by line and report by report."""

import json
import os
import socket
import struct

DEADLINE = 60  # seconds: for what a machine does; nothing waits for it to pass
INIT, MSG, CBOR, KEEPALIVE = 0x86, 0x83, 0x90, 0xBB


def connect(folder, name, kind):
    connection = socket.socket(socket.AF_UNIX, kind)
    connection.settimeout(DEADLINE)
    try:
        connection.connect(f"{folder}/{name}")
    except OSError:
        connection.close()
        raise
    return connection


class Control:
    """Lines to and from key.sock."""

    def __init__(self, folder):
        self.socket = connect(folder, "key.sock", socket.SOCK_STREAM)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.greeting = self.next_line()

    def close(self):
        self.lines.close()
        self.socket.close()

    def next_line(self):
        return self.lines.readline().rstrip("\n")

    def do(self, line):
        """The answer to a line; what is said about waiting meanwhile is passed over."""
        self.socket.sendall(line.encode() + b"\n")
        while True:
            answer = self.next_line()
            if not answer.startswith("waiting "):
                return answer

    def state(self):
        return json.loads(self.do("state"))


class Host:
    """One opening of hid.sock, with a channel of its own."""

    def __init__(self, folder):
        self.socket = connect(folder, "hid.sock", socket.SOCK_SEQPACKET)
        self.channel = b"\xff" * 4
        nonce = os.urandom(8)
        self.send(INIT, nonce)
        answer = self.answer(lambda data: data[:8] == nonce)
        self.channel = answer[8:12]

    def close(self):
        self.socket.close()

    def send(self, command, data):
        first, rest, number = data[:57], data[57:], 0
        self.report(struct.pack(">4sBH", self.channel, command, len(data)) + first)
        while rest:
            self.report(self.channel + bytes([number]) + rest[:59])
            rest, number = rest[59:], number + 1

    def report(self, data):
        self.socket.sendall(data.ljust(64, b"\0"))

    def next_report(self):
        report = self.socket.recv(100)
        if not report:
            raise EOFError("the key is gone")
        return report

    def answer(self, is_ours=lambda data: True):
        """The next whole message on this channel that is no keep-alive."""
        while True:
            report = self.next_report()
            if report[:4] != self.channel or report[4] == KEEPALIVE:
                continue
            size = struct.unpack(">H", report[5:7])[0]
            data = report[7:]
            while len(data) < size:
                more = self.next_report()
                if more[:4] == self.channel:
                    data += more[5:]
            if is_ours(data):
                return data[:size]

    def ask(self, command, data):
        self.send(command, data)
        return self.answer()

    def register(self):
        """U2F: a key handle."""
        answer = self.ask(MSG, struct.pack(">BBBBBH", 0, 1, 0, 0, 0, 64) + bytes(64) + b"\0\0")
        return answer[67:67 + answer[66]]

    def sign(self, handle):
        """U2F: the counter."""
        data = bytes(64) + bytes([len(handle)]) + handle
        answer = self.ask(MSG, struct.pack(">BBBBBH", 0, 2, 3, 0, 0, len(data)) + data + b"\0\0")
        if answer[-2:] != b"\x90\x00":
            raise ValueError(answer.hex())
        return struct.unpack(">I", answer[1:5])[0]
