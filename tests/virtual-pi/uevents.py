# SPDX-License-Identifier: MIT
"""What udev tells everybody when it has done with a device, marked in the kernel's trace as it
arrives: "udev add hidraw"."""

import os
import select
import socket
import threading

NETLINK_KOBJECT_UEVENT = 15
FROM_UDEV = 2  # the multicast group; 1 is the kernel's own


class UdevMarks(threading.Thread):
    """A context manager; it listens from the start to the end."""

    def __init__(self, trace):
        super().__init__(daemon=True)
        self.trace = trace
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT)
        self.socket.bind((0, FROM_UDEV))
        self.ending, self.end = os.pipe()
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        os.close(self.end)
        self.join()
        os.close(self.ending)
        self.socket.close()

    def run(self):
        while True:
            ready, _, _ = select.select([self.socket, self.ending], [], [])
            if self.ending in ready:
                return
            words = self.socket.recv(65536).split(b"\0")
            fields = dict(word.split(b"=", 1) for word in words if b"=" in word)
            action, subsystem = fields.get(b"ACTION", b""), fields.get(b"SUBSYSTEM", b"")
            if subsystem:
                self.trace.mark(f"udev {action.decode()} {subsystem.decode()}")
