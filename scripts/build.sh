#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# build.sh PRESET [TARGET…]: configures and builds below build/PRESET, with ccache where it is.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
preset=$1
shift

if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}
fi
cmake --preset "$preset" --log-level=NOTICE
if [ "${1:-}" = --configure-only ]; then exit 0; fi
cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"}
