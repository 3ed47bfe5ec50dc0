#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz.sh [SECONDS] [NAME]: runs each fuzz target, or NAME, two at a time. Starts from the
# committed corpus and what earlier runs found (build/fuzz/found/NAME); an input that crashes is
# kept as build/fuzz/crashes/NAME-….
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

one() { # NAME SECONDS
  local name=$1 seconds=$2 found=build/fuzz/found/$1 log=build/fuzz/log/$1.txt status=0
  mkdir -p "$found"
  build/fuzz/fuzz/"fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$name-" \
    "$found" "tests/fuzz/corpus/$name" >"$log" 2>&1 </dev/null || status=$?
  local runs coverage
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1)
  if [ "$status" -eq 0 ]; then
    printf '%s: passed, %s inputs, %s\n' "$name" "${runs:-0}" "${coverage:-cov: none}"
  else
    printf '%s: FAILED, exit status %d\n' "$name" "$status"
    tail -n 40 "$log"
  fi
}

if [ "${1:-}" = --one ]; then
  one "$2" "$3"
  exit 0
fi

seconds=${1:-60}
only=${2:-}
case $seconds in
  '' | *[!0-9]* | 0) printf 'fuzz: "%s" is not a number of seconds\n' "$seconds" >&2; exit 64 ;;
esac

scripts/build.sh fuzz fuzzers
mkdir -p build/fuzz/crashes build/fuzz/log
names=()
for program in build/fuzz/fuzz/fuzz_*; do
  [ -x "$program" ] || continue
  name=${program##*/fuzz_}
  if [ -z "$only" ] || [ "$only" = "$name" ]; then names+=("$name"); fi
done
if [ ${#names[@]} -eq 0 ]; then
  printf 'fuzz: no target %s\n' "${only:-at all}" >&2
  exit 64
fi

results=$(mktemp)
trap 'rm -f "$results"' EXIT
printf '%s\n' "${names[@]}" | xargs -P 2 -I NAME "$0" --one NAME "$seconds" | tee "$results"
passed=$(grep -c '^[a-z0-9_]*: passed,' "$results" || true)
failed=$((${#names[@]} - passed))
printf 'fuzz: %d passed, %d failed\n' "$passed" "$failed"
if [ "$failed" -gt 0 ]; then
  printf 'The inputs that failed are in build/fuzz/crashes; run a target with one as its argument.\n'
  exit 1
fi
