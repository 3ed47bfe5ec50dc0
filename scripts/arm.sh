#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# arm.sh arm64|armhf [CTEST-OPTION…]: cross-builds into build/arm64 or build/armhf with the compiler
# and the libraries in the tree build/trees/debian12-cross, and runs the unit and scenario tests
# there under qemu-user.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
architecture=$1
shift
tree=debian12-cross

# One tree for both, so that neither undoes what the other installed.
scripts/debian-tree.sh make "$tree" bookworm build run test cross build:arm64 build:armhf
emulated() { scripts/foreign-programs.sh "$architecture" "$PWD/build/trees/$tree" "$@"; }
emulated true # or say so before hours of building
scripts/debian-tree.sh run "$tree" scripts/build.sh "$architecture"
# The places where emulators have what programs see instead of the system's files: the tree's own
# one the first, Debian's static ones the second.
case $architecture in arm64) machine=aarch64 ;; *) machine=arm ;; esac
scripts/debian-tree.sh run "$tree" sh -ec "mkdir -p /usr/gnemul /etc/qemu-binfmt
  ln -sfn '$PWD/build/$architecture/emulation' /usr/gnemul/qemu-$machine
  ln -sfn '$PWD/build/$architecture/emulation' /etc/qemu-binfmt/$machine"
emulated scripts/debian-tree.sh run "$tree" ctest --preset "$architecture" -L 'unit|scenario' "$@"
