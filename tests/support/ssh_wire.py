# SPDX-License-Identifier: MIT
"""OpenSSH's own formats, as far as security keys are in them: PROTOCOL.key, PROTOCOL.u2f. Nothing
here shares code with core/ssh."""

import base64
import struct
from dataclasses import dataclass

USER_PRESENCE, USER_VERIFICATION, RESIDENT = 0x01, 0x04, 0x20


class Reader:
    """Takes values off the front of a text of bytes."""

    def __init__(self, data):
        self.data = data

    def take(self, size):
        if len(self.data) < size:
            raise ValueError("it ends too early")
        piece, self.data = self.data[:size], self.data[size:]
        return piece

    def byte(self):
        return self.take(1)[0]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def string(self):
        return self.take(self.u32())

    def end(self):
        if self.data:
            raise ValueError(f"{len(self.data)} bytes too many")


@dataclass(frozen=True)
class SecurityKeyFile:
    """The private half of a key on a security key: all but the key itself."""

    type: str
    public_key: bytes  # as COSE has it: the Ed25519 key, or 04 X Y
    application: str
    flags: int
    handle: bytes
    comment: str


def read_private_key(path):
    """A private key file without a passphrase."""
    lines = path.read_text().splitlines()
    if (lines[0], lines[-1]) != ("-----BEGIN OPENSSH PRIVATE KEY-----",
                                 "-----END OPENSSH PRIVATE KEY-----"):
        raise ValueError("not a private key of OpenSSH's")
    reader = Reader(base64.b64decode("".join(lines[1:-1])))
    if reader.take(15) != b"openssh-key-v1\0" or reader.string() != b"none":
        raise ValueError("not a private key without a passphrase")
    reader.string(), reader.string()  # of the passphrase
    if reader.u32() != 1:
        raise ValueError("not one key")
    reader.string()  # the public key again
    inner = Reader(reader.string())
    reader.end()
    if inner.u32() != inner.u32():
        raise ValueError("the check numbers differ")
    kind = inner.string().decode()
    if kind.startswith("sk-ecdsa-"):
        inner.string()  # the curve, which the type has named
    public_key, application = inner.string(), inner.string().decode()
    flags, handle, reserved = inner.byte(), inner.string(), inner.string()
    comment, padding = inner.string().decode(), inner.data
    if reserved or padding != bytes(range(1, len(padding) + 1)):
        raise ValueError("what is reserved is not empty")
    return SecurityKeyFile(kind, public_key, application, flags, handle, comment)


@dataclass(frozen=True)
class Attestation:
    """A file of `ssh-keygen -O write-attestation`."""

    certificate: bytes
    signature: bytes
    authenticator_data: bytes  # in CBOR: a byte string


def read_attestation(path):
    reader = Reader(path.read_bytes())
    if reader.string() != b"ssh-sk-attest-v01":
        raise ValueError("not an attestation")
    attestation = Attestation(reader.string(), reader.string(), reader.string())
    if reader.u32() != 0 or reader.string() != b"":
        raise ValueError("what is reserved is not empty")
    reader.end()
    return attestation
