#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sanitize.sh [CTEST-OPTION…]: the tests under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

scripts/build.sh sanitize
export ASAN_OPTIONS=${ASAN_OPTIONS-detect_stack_use_after_return=1:check_initialization_order=1:strict_init_order=1:detect_leaks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1:halt_on_error=1}
ctest --preset sanitize "$@"
