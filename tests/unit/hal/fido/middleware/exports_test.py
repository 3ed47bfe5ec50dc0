#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The middleware shows OpenSSH its four functions and nothing else.

    exports_test.py SHARED_OBJECT
"""
import subprocess
import sys

EXPECTED = {"sk_api_version", "sk_enroll", "sk_sign", "sk_load_resident_keys"}

symbols = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", sys.argv[1]], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
exported = {line.split()[0] for line in symbols.splitlines()}
if exported != EXPECTED:
    sys.exit(f"missing: {sorted(EXPECTED - exported)}, too many: {sorted(exported - EXPECTED)}")
