#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# steps.sh LOGS, to be sourced: step and summary, for what does many things and goes on after a
# failure. What each step prints is kept in the folder LOGS.
logs=$1
mkdir -p "$logs"
passed=0
failed=0

count() { # LOG STATUS: adds what the runners counted; a step that counted nothing is one result
  local log=$1 status=$2 total bad ok found=0 failed_before=$failed
  while read -r bad total; do
    passed=$((passed + total - bad))
    failed=$((failed + bad))
    found=1
  done < <(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$log")
  while read -r ok bad; do
    passed=$((passed + ok))
    failed=$((failed + bad))
    found=1
  done < <(sed -nE 's/^(lint|virtual-pi|fuzz): ([0-9]+) passed, ([0-9]+) failed$/\2 \3/p' "$log")
  if [ "$status" -ne 0 ] && [ "$failed" -eq "$failed_before" ]; then failed=$((failed + 1)); fi
  if [ "$status" -eq 0 ] && [ "$found" -eq 0 ]; then failed=$((failed + 1)); fi
}

step() { # NAME COMMAND…
  local name=$1 status=0 started=$SECONDS
  shift
  printf '\n######## %s\n' "$name"
  "$@" 2>&1 | tee "$logs/$name.log"
  status=${PIPESTATUS[0]}
  count "$logs/$name.log" "$status"
  printf '######## %s: exit status %d, %d s\n' "$name" "$status" "$((SECONDS - started))"
}

summary() { # the last line; fails if anything did
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
