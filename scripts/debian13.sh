#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# debian13.sh [CTEST-OPTION…]: builds and tests everything with Debian 13's compiler and libraries,
# in build/debian13, inside the tree build/trees/debian13; then these programs and Debian 13's own
# in the virtual Pi. With options: the tests that ctest has by them, and no virtual Pi.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

scripts/debian-tree.sh make debian13 trixie build run test tree
scripts/debian-tree.sh run debian13 scripts/build.sh debian13
if [ $# -gt 0 ]; then
  exec scripts/debian-tree.sh run debian13 ctest --preset debian13 "$@"
fi

failed=0
scripts/debian-tree.sh run debian13 ctest --preset debian13 || failed=1
python3 -B scripts/virtual_pi --root build/trees/debian13 --build build/debian13 || failed=1
exit "$failed"
