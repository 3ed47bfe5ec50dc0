#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# install-packages.sh GROUP…: installs what is missing of these groups of packages.txt.
# Needs no root when nothing is missing. install-packages.sh --list GROUP: prints one.
set -euo pipefail
list=$(dirname "$(readlink -f "$0")")/packages.txt

packages() { # of one group
  awk -v group="# [$1]" '
    /^# \[/ { inside = ($0 == group) }
    inside && !/^#/ && NF { print $1; found = 1 }
    END { exit !found }' "$list" && return
  printf 'install-packages: no group "%s" in %s\n' "$1" "$list" >&2
  exit 64
}

if [ "${1:-}" = --list ]; then
  packages "$2"
  exit
fi
[ "${LATCHKEY_NO_INSTALL:-}" = 1 ] && exit 0

missing=()
for group in "$@"; do
  names=$(packages "$group")
  for name in $names; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$name")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  printf 'These Debian packages are missing, and there is no apt-get here: %s\n' "${missing[*]}" >&2
  printf 'Install their like yourself, then set LATCHKEY_NO_INSTALL=1.\n' >&2
  exit 69
fi
if [ "$(id -u)" -eq 0 ]; then
  as_root=(env)
elif command -v sudo >/dev/null; then
  as_root=(sudo env)
else
  printf 'These packages are missing, and installing them takes root or sudo. As root:\n\n' >&2
  printf '  apt-get install %s\n\n' "${missing[*]}" >&2
  exit 77
fi
printf 'Installing: %s\n' "${missing[*]}"
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq update </dev/null
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
  "${missing[@]}" </dev/null
