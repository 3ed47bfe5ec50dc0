#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes keys and SSHSIG signatures as security keys make them (PROTOCOL.u2f), with openssl."""
import base64
import hashlib
import pathlib
import struct
import subprocess
import tempfile

APPLICATION = b"ssh:golden"
FLAGS, COUNTER = 0x05, 7
NAMESPACE = b"latchkey@golden"
HERE = pathlib.Path(__file__).parent


def string(data):
    return struct.pack(">I", len(data)) + data


def mpint(number):
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"")


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def der_numbers(der):
    first = der[4 : 4 + der[3]]
    second = der[4 + der[3] + 2 :]
    return int.from_bytes(first, "big"), int.from_bytes(second, "big")


def make(name, type_name, options, point_size, curve, encode):
    with tempfile.TemporaryDirectory() as folder:
        key, data = f"{folder}/key", pathlib.Path(folder, "data")
        openssl("genpkey", *options, "-out", key)
        point = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-point_size:]
        blob = string(type_name) + (string(curve) if curve else b"") + string(point) + string(APPLICATION)
        message = (HERE / "message").read_bytes()
        signed = b"SSHSIG" + string(NAMESPACE) + string(b"") + string(b"sha512")
        signed += string(hashlib.sha512(message).digest())
        state = bytes([FLAGS]) + struct.pack(">I", COUNTER)
        data.write_bytes(hashlib.sha256(APPLICATION).digest() + state + hashlib.sha256(signed).digest())
        digest = ["-digest", "sha256"] if curve else []
        raw = openssl("pkeyutl", "-sign", "-inkey", key, "-rawin", *digest, "-in", str(data))
    signature = string(type_name) + string(encode(raw)) + state
    sshsig = b"SSHSIG" + struct.pack(">I", 1) + string(blob) + string(NAMESPACE) + string(b"")
    sshsig += string(b"sha512") + string(signature)
    text = base64.b64encode(sshsig).decode()
    lines = [text[i : i + 70] for i in range(0, len(text), 70)]
    armor = ["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]
    (HERE / f"{name}.sig").write_text("\n".join(armor))
    (HERE / f"{name}.pub").write_text(f"{type_name.decode()} {base64.b64encode(blob).decode()} {name}@golden\n")


make("sk-ed25519", b"sk-ssh-ed25519@openssh.com", ["-algorithm", "ed25519"], 32, b"", lambda raw: raw)
make("sk-ecdsa", b"sk-ecdsa-sha2-nistp256@openssh.com",
     ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], 65, b"nistp256",
     lambda raw: b"".join(map(mpint, der_numbers(raw))))
