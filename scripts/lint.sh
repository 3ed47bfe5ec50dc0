#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# lint.sh: everything that is checked without running the programs. Goes on after a failure.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit 1

passed=0
failed=0
step() { # NAME COMMAND…
  local name=$1
  shift
  printf '== %s\n' "$name"
  if "$@" </dev/null; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '!! %s failed\n' "$name"
  fi
}

sources() { find core hal firmware host tests -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.h' \); }
bash_scripts() { grep -rlIE --exclude='*.py' '^#!/(usr/bin/env (ba)?sh|bin/(ba)?sh)' run .ci scripts tests firmware; }

format() { sources | xargs clang-format-14 --dry-run -Werror; }
shells() { bash_scripts | xargs shellcheck; }
tidy() { PYTHONDONTWRITEBYTECODE=1 python3 tests/lint/tidy.py clang-tidy-14 build/dev build/lint-cache; }
rules() { ctest --preset dev -L lint; }

scripts/build.sh dev --configure-only || exit 1
step 'include rules and headers alone' rules
step 'clang-format' format
step 'shellcheck' shells
step 'clang-tidy' tidy
printf 'lint: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
