#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# nightly.sh: what takes too long for every change. Goes on after a failure; the last line is the
# count. Takes root, as Debian trees do.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit 1
exec </dev/null

if [ "$(id -u)" -ne 0 ]; then
  printf 'nightly: making and entering Debian trees takes root: sudo ./run nightly\n' >&2
  exit 77
fi

# shellcheck source=scripts/steps.sh
. scripts/steps.sh build/nightly

long_tests() { scripts/build.sh release && LATCHKEY_LONG_TESTS=1 ctest --preset release; }

step test long_tests
step virtual-pi env LATCHKEY_LONG_TESTS=1 ./run virtual-pi
step sanitize env LATCHKEY_LONG_TESTS=1 scripts/sanitize.sh
step debian13 scripts/debian13.sh # and the virtual Pi on it
step arm64 scripts/arm.sh arm64
step armhf scripts/arm.sh armhf
step fuzz scripts/fuzz.sh 600
summary
