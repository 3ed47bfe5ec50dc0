# SPDX-License-Identifier: MIT
"""What the tests share that see a simulated key through python3-fido2."""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fido2.attestation.base import verify_x509_chain
from fido2.cose import ES256
from fido2.ctap import CtapError
from fido2.ctap2 import ClientPin, Ctap2

from fido2_client import open_device
from key_test_case import KeyTestCase

ERR = CtapError.ERR
RP = {"id": "ssh:", "name": "ssh"}
RP_HASH = hashlib.sha256(b"ssh:").digest()
HASH = hashlib.sha256(b"client data").digest()
PIN, OTHER_PIN = "correct horse", "battery staple"
MC, GA, CM = (ClientPin.PERMISSION.MAKE_CREDENTIAL, ClientPin.PERMISSION.GET_ASSERTION,
              ClientPin.PERMISSION.CREDENTIAL_MGMT)


def user(name="sam"):
    return {"id": name.encode(), "name": name, "displayName": name}


def parameters(*algorithms):
    return [{"type": "public-key", "alg": algorithm} for algorithm in algorithms]


def descriptor(credential_id):
    return {"type": "public-key", "id": credential_id}


class ClientTestCase(KeyTestCase):
    def open(self, key, **options):
        device = open_device(key.folder, **options)
        self.addCleanup(device.close)
        return device

    def plug(self, *arguments, **knobs):
        """A key and a CTAP2 client of it."""
        key = self.start_key(*arguments, **knobs)
        return key, Ctap2(self.open(key))

    def replug(self, key):
        key.plug_again()
        return Ctap2(self.open(key))

    def refused(self, error, call, *arguments, **keywords):
        """The call ends with that status and no other."""
        with self.assertRaises(CtapError) as raised:
            call(*arguments, **keywords)
        self.assertEqual(raised.exception.code, error)

    def make(self, ctap, algorithm=ES256.ALGORITHM, name="sam", **keywords):
        return ctap.make_credential(HASH, RP, user(name), parameters(algorithm), **keywords)

    def assert_chain(self, key, chain):
        root = x509.load_pem_x509_certificate(key.root.read_bytes())
        verify_x509_chain([*chain, root.public_bytes(Encoding.DER)])

    def signed(self, ctap, made, **keywords):
        """An assertion by that credential, verified."""
        credential = made.auth_data.credential_data
        answer = ctap.get_assertion(RP["id"], HASH, [descriptor(credential.credential_id)],
                                    **keywords)
        answer.verify(HASH, credential.public_key)
        self.assertEqual(answer.auth_data.rp_id_hash, RP_HASH)
        return answer
