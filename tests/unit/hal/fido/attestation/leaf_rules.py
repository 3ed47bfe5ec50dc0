#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Says whether python3-fido2 takes a certificate for the leaf of a packed attestation.

    leaf_rules.py LEAF.der AAGUID

Exit status 1 and the reason where it does not.
"""
import sys

from cryptography import x509
from cryptography.hazmat.backends import default_backend
from fido2.attestation.base import InvalidAttestation
from fido2.attestation.packed import _validate_packed_cert

with open(sys.argv[1], "rb") as file:
    leaf = x509.load_der_x509_certificate(file.read(), default_backend())
try:
    _validate_packed_cert(leaf, bytes.fromhex(sys.argv[2]))
except InvalidAttestation as reason:
    sys.exit(str(reason))
