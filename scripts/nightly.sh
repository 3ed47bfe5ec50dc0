#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# nightly.sh: what takes too long for every change. Goes on after a failure.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit 1

failed=0
scripts/build.sh release && LATCHKEY_LONG_TESTS=1 ctest --preset release || failed=1
LATCHKEY_LONG_TESTS=1 scripts/sanitize.sh || failed=1
scripts/fuzz.sh 600 || failed=1
exit "$failed"
