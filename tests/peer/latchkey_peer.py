#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Enrols a key at a Pi: the host's end of the protocol, written from docs/reference/protocol.md.

It shares no code with the programs it talks to: its own P-256, SPAKE2, HKDF and CBOR from Python's
standard library, TLS from `openssl s_client` behind a relay on loopback, the proof from ssh-keygen.
For tests: the arithmetic takes no care of timing, and the TLS key is an argument of openssl.

Prints one JSON object with the outcome; exit status 0 if the key is there, 1 if not.
"""
import argparse
import base64
import hashlib
import hmac
import json
import secrets
import socket
import struct
import subprocess
import sys
import threading

VERSION = 1
GREETING, HELLO, SHARE_HOST, SHARE_PI, CONFIRM_HOST, CONFIRM_PI, REFUSE = range(1, 8)
REASONS = {1: "version_mismatch", 2: "busy", 3: "overlap", 4: "wrong_code", 5: "too_many_codes",
           6: "timed_out", 7: "window_closed", 8: "malformed", 9: "internal",
           10: "key_in_pi"}
RESULTS = {0: "added", 1: "already_there", 2: "taken_out", 3: "kept", 10: "expired_line",
           20: "bad_request", 21: "account_not_allowed", 22: "key_type_not_allowed",
           23: "key_too_weak", 24: "key_invalid", 25: "not_proved", 26: "no_user_presence",
           27: "no_user_verification", 28: "not_attested", 29: "attestation_invalid",
           30: "sshd_would_refuse", 31: "file_unsuitable", 32: "not_persistent",
           33: "write_failed", 34: "busy", 35: "model_not_allowed", 36: "token_failed",
           40: "window_closed", 41: "not_confirmed", 50: "internal"}
(WELCOME, OFFER, RESULT, VERDICT, TOKEN_REQUEST, TOKEN_EVENT, PIN, TOKEN_MADE, HANDLES_REQUEST,
 HANDLES, SIGNATURE_WANTED) = range(1, 12)
NEWS = {1: "plug_in", 2: "touch", 3: "pin_wanted", 4: "pin_wrong", 5: "pulled_out"}
ALGORITHMS = ("best", "ed25519", "ecdsa")
STEP_SECONDS = 30


class Failure(Exception):
    """The conversation did not follow the protocol, or the Pi does not know the code."""


class Refused(Exception):
    """The Pi said no, and why."""

    def __init__(self, payload):
        super().__init__("refused")
        self.reason = REASONS.get(payload[0], str(payload[0]))
        self.tries_left = payload[1]


# --- P-256 and SPAKE2 (RFC 9382) ------------------------------------------------------------------

P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff
B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def on_curve(point):
    x, y = point
    return x < P and y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


def decompress(text):
    x = int(text[2:], 16)
    y = pow(x * x * x - 3 * x + B, (P + 1) // 4, P)
    return (x, y if y % 2 == int(text[:2], 16) % 2 else P - y)


def add(left, right):
    """None is the identity."""
    if left is None or right is None:
        return left or right
    if left[0] == right[0]:
        if (left[1] + right[1]) % P == 0:
            return None
        slope = (3 * left[0] * left[0] - 3) * pow(2 * left[1], -1, P)
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, P)
    x = (slope * slope - left[0] - right[0]) % P
    return (x, (slope * (left[0] - x) - left[1]) % P)


def multiply(scalar, point):
    total = None
    for bit in bin(scalar)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def negate(point):
    return (point[0], (P - point[1]) % P)


def encode_point(point):
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def decode_point(data):
    if len(data) != 65 or data[0] != 4:
        raise Failure("a share that is no point")
    point = (int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big"))
    if not on_curve(point):
        raise Failure("a share that is not on the curve")
    return point


M_POINT = decompress("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f")
N_POINT = decompress("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49")


def hkdf(salt, key, info, size):
    pseudorandom = hmac.digest(salt or bytes(32), key, "sha256")
    block, output, counter = b"", b"", 1
    while len(output) < size:
        block = hmac.digest(pseudorandom, block + info + bytes([counter]), "sha256")
        output, counter = output + block, counter + 1
    return output[:size]


def password_scalar(code, nonce):
    w = int.from_bytes(hkdf(nonce, code.encode("ascii"), b"latchkey code v1", 48), "big") % N
    if w == 0:
        raise Failure("a code that gives no scalar")
    return w


def spake2_keys(identities, shares, shared, w, additional_data):
    """Ke and both confirmations, from the transcript of RFC 9382, section 3.3."""
    parts = [*identities, *shares, encode_point(shared), w.to_bytes(32, "big")]
    transcript = b"".join(struct.pack("<Q", len(part)) + part for part in parts)
    digest = hashlib.sha256(transcript).digest()
    keys = hkdf(b"", digest[16:], b"ConfirmationKeys" + additional_data, 32)
    return (digest[:16], hmac.digest(keys[:16], transcript, "sha256"),
            hmac.digest(keys[16:], transcript, "sha256"))


def spake2_host_share(w, x):
    return encode_point(add(multiply(x, G), multiply(w, M_POINT)))


def spake2_host_finish(w, x, own, theirs, additional_data):
    if theirs == own:
        raise Failure("our own share, reflected")
    bare = add(decode_point(theirs), negate(multiply(w, N_POINT)))
    if bare is None:
        raise Failure("a share that masks to the identity")
    return spake2_keys((b"latchkey-host", b"latchkey-pi"), (own, theirs), multiply(x, bare), w,
                       additional_data)


# --- CBOR, the part that the protocol uses --------------------------------------------------------

def cbor_head(major, value):
    for limit, code, form in ((1 << 8, 24, ">B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I"),
                              (1 << 64, 27, ">Q")):
        if value < 24:
            return bytes([major << 5 | value])
        if value < limit:
            return bytes([major << 5 | code]) + struct.pack(form, value)
    raise Failure("a number too large for CBOR")


def cbor_encode(value):
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return cbor_head(0, value)
    if isinstance(value, bytes):
        return cbor_head(2, len(value)) + value
    if isinstance(value, str):
        return cbor_head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return cbor_head(4, len(value)) + b"".join(map(cbor_encode, value))
    return cbor_head(5, len(value)) + b"".join(
        cbor_encode(key) + cbor_encode(value[key]) for key in sorted(value))


def cbor_decode(data, at=0):
    """The item that starts at `at`, and where the next one starts."""
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        return {20: False, 21: True, 22: None}[low], at
    value = low
    if low >= 24:
        size = 1 << (low - 24)
        value, at = int.from_bytes(data[at:at + size], "big"), at + size
    if major == 0:
        return value, at
    if major in (2, 3):
        chunk = data[at:at + value]
        if len(chunk) != value:
            raise Failure("CBOR cut short")
        return (chunk if major == 2 else chunk.decode()), at + value
    if major == 4:
        items = []
        for _ in range(value):
            item, at = cbor_decode(data, at)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(value):
            key, at = cbor_decode(data, at)
            pairs[key], at = cbor_decode(data, at)
        return pairs, at
    raise Failure("CBOR of a kind that the protocol does not use")


# --- frames in the clear --------------------------------------------------------------------------

def frame(kind, payload):
    return struct.pack(">BH", kind, len(payload)) + payload


def receive_exactly(connection, size):
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise Failure("the Pi closed the connection")
        data += chunk
    return data


def receive_frame(connection, expected):
    kind, size = struct.unpack(">BH", receive_exactly(connection, 3))
    payload = receive_exactly(connection, size)
    if kind == REFUSE:
        raise Refused(payload)
    if kind != expected:
        raise Failure(f"frame {kind} where {expected} was expected")
    return payload


def greeting_payload(name):
    encoded = name.encode()
    return b"latchkey" + struct.pack(">BHB", 1, VERSION, len(encoded)) + encoded


def parse_hello(payload):
    version, groups = struct.unpack_from(">HB", payload)
    size = payload[19]
    if version != VERSION or len(payload) != 20 + size:
        raise Failure("a hello of another version")
    return {"groups": groups, "nonce": payload[3:19], "name": payload[20:].decode()}


# --- TLS by openssl -------------------------------------------------------------------------------

class Tls:
    """openssl s_client, whose TCP connection ends in a relay of ours."""

    def __init__(self, psk):
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        self.process = subprocess.Popen(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2", "-quiet",
             "-nocommands", "-psk", psk.hex(), "-psk_identity", "latchkey",
             "-cipher", "ECDHE-PSK-CHACHA20-POLY1305", "-curves", "P-256", "-noservername"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        listener.settimeout(STEP_SECONDS)
        self.socket, _ = listener.accept()
        listener.close()

    def client_hello(self):
        """The first record, whole."""
        header = receive_exactly(self.socket, 5)
        return header + receive_exactly(self.socket, struct.unpack(">H", header[3:])[0])

    def relay(self, connection):
        for source, sink in ((connection, self.socket), (self.socket, connection)):
            threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    @staticmethod
    def _copy(source, sink):
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def send(self, message):
        cbor = cbor_encode(message)
        self.process.stdin.write(struct.pack(">I", len(cbor)) + cbor)
        self.process.stdin.flush()

    def receive(self):
        header = self._read(4)
        body = self._read(struct.unpack(">I", header)[0])
        message, end = cbor_decode(body)
        if end != len(body):
            raise Failure("bytes behind a message")
        return message

    def _read(self, size):
        data = self.process.stdout.read(size)
        if len(data) != size:
            self.process.kill()
            raise Failure("the encrypted channel ended: "
                          + self.process.stderr.read().decode(errors="replace").strip())
        return data

    def close(self):
        self.process.kill()
        self.process.communicate()
        self.socket.close()


# --- the proof ------------------------------------------------------------------------------------

def ssh_string(data):
    return struct.pack(">I", len(data)) + data


def statement(challenge, account, limits, host_keys):
    expires = limits.get("expires")
    digest = hashlib.sha256(b"".join(map(ssh_string, host_keys))).digest()
    return (ssh_string(b"latchkey enrolment v1") + ssh_string(challenge)
            + ssh_string(account.encode())
            + struct.pack(">BQ", expires is not None, expires or 0)
            + ssh_string(limits.get("from", "").encode())
            + struct.pack(">B", limits.get("restrict", False)) + ssh_string(digest))


def public_key(path):
    line = subprocess.run(["ssh-keygen", "-y", "-f", path], check=True, capture_output=True,
                          stdin=subprocess.DEVNULL).stdout.decode().split(maxsplit=2)
    return base64.b64decode(line[1]), line[2].strip() if len(line) > 2 else ""


def sign(path, data):
    armoured = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "enroll@latchkey", "-f", path], input=data,
        check=True, capture_output=True).stdout.decode().split()
    inner = armoured[armoured.index("SIGNATURE-----") + 1:armoured.index("-----END")]
    return base64.b64decode("".join(inner))


# --- the conversation -----------------------------------------------------------------------------

def read_code(source):
    if source == "-":
        return sys.stdin.readline().strip()
    with open(source, encoding="ascii") as file:
        return file.readline().strip()


def prove_code(connection, arguments):
    """Greeting to confirmation: a TLS session with a Pi that knows the code, and its hello."""
    greeting = greeting_payload(arguments.name)
    connection.sendall(frame(GREETING, greeting))
    hello_payload = receive_frame(connection, HELLO)
    hello = parse_hello(hello_payload)
    print(f"hello {hello['name']} {hello['groups']}", file=sys.stderr, flush=True)

    code = read_code(arguments.code)
    if len(code) != hello["groups"] or set(code) - set("12345"):
        raise Failure("a code of another shape")
    w, x = password_scalar(code, hello["nonce"]), secrets.randbelow(N - 1) + 1
    share = spake2_host_share(w, x)
    connection.sendall(frame(SHARE_HOST, share))
    theirs = receive_frame(connection, SHARE_PI)
    agreed = b"".join(struct.pack(">H", len(part)) + part for part in (greeting, hello_payload))
    key, confirm_host, confirm_pi = spake2_host_finish(w, x, share, theirs, agreed)

    tls = Tls(hkdf(b"", key, b"latchkey tls psk v1", 32))
    try:
        connection.sendall(frame(CONFIRM_HOST, confirm_host) + tls.client_hello())
        if not hmac.compare_digest(receive_frame(connection, CONFIRM_PI), confirm_pi):
            raise Failure("the Pi does not know the code")
        connection.settimeout(None)
        tls.relay(connection)
    except BaseException:
        tls.close()
        raise
    return tls, hello


def receive_kind(tls, kind):
    message = tls.receive()
    if message.get(0) != kind:
        raise Failure(f"message {message.get(0)} where {kind} was expected")
    return message


def describe(result):
    return {"outcome": RESULTS.get(result[1], str(result[1])), "code": result[1],
            "text": result[2], "fingerprint": result[3], "path": result[4],
            "sshd_running": result[5], "log_position": result[6], "log_hash": result[7].hex(),
            "hardware": result[8]}


def describe_handle(handle):
    return {"key": base64.b64encode(handle[1]).decode(), "handle": handle[2].hex(),
            "flags": handle[3], "account": handle[4], "comment": handle[5],
            "attestation": handle[6].hex(), "made": handle[7]}


def limits_of(arguments):
    limits = {"from": arguments.limit_from, "restrict": arguments.restrict}
    if arguments.expires is not None:
        limits["expires"] = arguments.expires
    return limits


def offer_key(tls, welcome, account, arguments):
    """Offers the key, signed, or attested and signed when that is wanted; the Pi's result."""
    limits = limits_of(arguments)
    blob, comment = public_key(arguments.key)
    offer = {0: OFFER, 1: account, 2: blob, 3: comment, 4: limits["from"], 5: limits["restrict"]}
    if "expires" in limits:
        offer[7] = limits["expires"]
    if arguments.attestation is not None:
        offer[8] = bytes.fromhex(arguments.attestation)
        tls.send(offer)
        answer = tls.receive()
        if answer.get(0) == RESULT:
            return describe(answer)
        if answer.get(0) != SIGNATURE_WANTED:
            raise Failure(f"message {answer.get(0)} in answer to an attested offer")
        print(f"signature_wanted {answer[1]}", file=sys.stderr, flush=True)
    offer[6] = sign(arguments.key, statement(welcome[1], account, limits, welcome[7]))
    tls.send(offer)
    return describe(receive_kind(tls, RESULT))


def request_token(tls, account, arguments):
    """A key on a security key in the Pi; PINs are read line by line from standard input."""
    limits = limits_of(arguments)
    request = {0: TOKEN_REQUEST, 1: account, 2: "made for a peer", 3: limits["from"],
               4: limits["restrict"], 5: ALGORITHMS.index(arguments.on_pi), 6: False, 7: False,
               8: False, 9: "ssh:", 10: ""}
    if "expires" in limits:
        request[11] = limits["expires"]
    tls.send(request)
    news = []
    while (message := tls.receive()).get(0) == TOKEN_EVENT:
        news.append(NEWS[message[1]])
        print(f"token_event {news[-1]} {message[2]} {message[3]}", file=sys.stderr, flush=True)
        if news[-1].startswith("pin_"):
            tls.send({0: PIN, 1: sys.stdin.readline().strip().encode(), 2: len(news)})
    if message.get(0) == RESULT:
        return {**describe(message), "news": news}
    if message.get(0) != TOKEN_MADE:
        raise Failure(f"message {message.get(0)} while a key was made")
    return {**describe(receive_kind(tls, RESULT)), "news": news,
            "made": describe_handle(message[1])}


def request_handles(tls, arguments):
    tls.send({0: HANDLES_REQUEST, 1: arguments.account or ""})
    message = tls.receive()
    if message.get(0) == RESULT:
        return describe(message)
    if message.get(0) != HANDLES:
        raise Failure(f"message {message.get(0)} in answer to handles_request")
    return {"outcome": "handles", "code": 0,
            "handles": [describe_handle(handle) for handle in message[1]]}


def enrol(connection, arguments):
    tls, hello = prove_code(connection, arguments)
    watchdog = threading.Timer(2 * STEP_SECONDS, tls.process.kill)
    watchdog.start()
    try:
        welcome = receive_kind(tls, WELCOME)
        if arguments.handles:
            return request_handles(tls, arguments)
        account = arguments.account or welcome[2][0]
        if arguments.on_pi:
            outcome = request_token(tls, account, arguments)
        else:
            outcome = offer_key(tls, welcome, account, arguments)
        outcome["device"] = hello["name"]
        outcome["host_keys"] = [base64.b64encode(key).decode() for key in welcome[7]]
        if outcome["code"] < 10 and arguments.verdict != "none":
            tls.send({0: VERDICT, 1: arguments.verdict == "logged-in"})
            outcome["after_verdict"] = describe(receive_kind(tls, RESULT))["outcome"]
        return outcome
    finally:
        watchdog.cancel()
        tls.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--code", required=True, help="a file, or - to read a line after hello")
    parser.add_argument("--key", help="a private key file without a passphrase")
    parser.add_argument("--attestation", metavar="HEX", help="offer the key with this, unsigned")
    parser.add_argument("--on-pi", choices=ALGORITHMS,
                        help="have a key made on a security key in the Pi; PINs from stdin")
    parser.add_argument("--handles", action="store_true",
                        help="fetch the handles of keys that were made at the Pi")
    parser.add_argument("--account", help="default: the first that the Pi names")
    parser.add_argument("--name", default="independent peer")
    parser.add_argument("--expires", type=int, help="seconds since 1970")
    parser.add_argument("--from", dest="limit_from", default="", metavar="PATTERNS")
    parser.add_argument("--restrict", action="store_true")
    parser.add_argument("--verdict", choices=("logged-in", "take-out", "none"),
                        default="logged-in")
    arguments = parser.parse_args()
    if (arguments.key is not None) + (arguments.on_pi is not None) + arguments.handles != 1:
        parser.error("one of --key, --on-pi and --handles")
    try:
        with socket.create_connection((arguments.host, arguments.port), STEP_SECONDS) as pi:
            outcome = enrol(pi, arguments)
    except Refused as refusal:
        outcome = {"outcome": "refused", "reason": refusal.reason,
                   "tries_left": refusal.tries_left}
    except (Failure, OSError, subprocess.CalledProcessError, LookupError, ValueError) as error:
        outcome = {"outcome": "error", "text": f"{type(error).__name__}: {error}"}
    print(json.dumps(outcome))
    return 0 if outcome.get("code", 99) < 10 else 1


if __name__ == "__main__":
    sys.exit(main())
