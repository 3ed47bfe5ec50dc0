# SPDX-License-Identifier: MIT
"""What happens in a folder, as it happens (inotify(7))."""

import ctypes
import os
import select
import struct

MODIFY, CLOSE_WRITE, MOVED_TO, CREATE = 0x002, 0x008, 0x080, 0x100
LIBC = ctypes.CDLL(None, use_errno=True)


class Watch:
    """A context manager. `what` is a sum of the above."""

    def __init__(self, folder, what):
        self.file = LIBC.inotify_init1(os.O_CLOEXEC)
        if self.file < 0 or LIBC.inotify_add_watch(self.file, os.fsencode(folder), what) < 0:
            raise OSError(ctypes.get_errno(), f"watching {folder}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.file)

    def next(self, seconds):
        """The names that something happened to, as soon as it did; none after so long."""
        if not select.select([self.file], [], [], seconds)[0]:
            return []
        data, names = os.read(self.file, 65536), []
        while data:
            _, _, _, size = struct.unpack_from("iIII", data)
            names.append(data[16:16 + size].rstrip(b"\0").decode())
            data = data[16 + size:]
        return names
