# SPDX-License-Identifier: MIT
"""Somebody who looks at the security key, and touches it when it blinks."""


class SecurityKeyPerson:
    """A selector may wait for it: it is readable when the key begins or ends to wait."""

    def __init__(self, key):
        self.key = key

    def fileno(self):
        return self.key.control.socket.fileno()

    def begins_to_wait(self):
        """After it was readable: whether the key blinks now."""
        return self.key.control.read_line() == "waiting touch"

    def touch(self):
        self.key.touch("once")
