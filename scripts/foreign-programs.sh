#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# foreign-programs.sh ARCH TREE COMMAND [ARG…]: runs a command for which programs of ARCH (arm64,
# armhf) start like this computer's own, also where one program starts another: through the
# qemu-user of the Debian tree TREE. Takes root.
#
# Which emulator a program needs stands in a table of the kernel's (binfmt_misc). Since Linux 6.7
# every user namespace has one, so the command gets a namespace with a table of its own, in which all
# users are who they are, and nothing is changed on this computer. On an older kernel the computer's
# own table has to have the emulator.
set -euo pipefail
script=$(readlink -f "$0")

fail() { # STATUS SENTENCE
  printf 'foreign-programs: %s\n' "$2" >&2
  exit "$1"
}

# What the emulator is called, a program of ARCH that is in every tree, and where in the head of an
# ELF file its machine stands (elf(5)): class, byte order, version; type and machine.
describe() { # ARCH
  case $1 in
    arm64) emulator=qemu-aarch64 probe=lib/ld-linux-aarch64.so.1 class='\x02' machine='\xb7' ;;
    armhf) emulator=qemu-arm probe=lib/ld-linux-armhf.so.3 class='\x01' machine='\x28' ;;
    *) fail 64 "there is no architecture \"$1\"; known are arm64 and armhf" ;;
  esac
}

works() { # TREE: a program of the architecture starts
  "$1/$probe" --version >/dev/null 2>&1
}

register() { # TREE
  local table=/proc/sys/fs/binfmt_misc unused='\x00\x00\x00\x00\x00\x00\x00\x00' head mask
  head="\\x7fELF$class\\x01\\x01\\x00$unused\\x02\\x00$machine\\x00"
  # Any ABI; 2 is a program at a fixed address, 3 one that can be anywhere.
  mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
  mount -t binfmt_misc binfmt_misc "$table" 2>/dev/null || return 1
  # F: the emulator is opened now, and found in every root. P: it learns argv[0] as it was given.
  printf '%s\n' ":$emulator:M::$head:$mask:$1/usr/bin/$emulator:FP" >"$table/register"
}

map() { # uid_map or gid_map, of the process that this script was
  awk '{ print $1, $1, $3 }' "/proc/self/$1" >"/proc/$$/$1"
}

if [ "${1:-}" = --inside ]; then
  describe "$2"
  tree=$3
  shift 3
  # The outside says who the users in here are.
  echo >&4
  read -r _ <&3
  exec 3<&- 4>&-
  register "$tree" || true
  works "$tree" || fail 69 "programs for another architecture cannot start here: this kernel \
($(uname -r)) has no binfmt_misc in user namespaces. That takes Linux 6.7; or install \
qemu-user-static from bookworm-backports (Debian 12's own lacks openat2), with which they start \
everywhere on this computer"
  exec "$@"
fi

[ $# -ge 3 ] || fail 64 'it takes an architecture, a tree and a command'
describe "$1"
[ -x "$2/usr/bin/$emulator" ] || fail 66 "there is no $emulator in the tree $2"
[ "$(id -u)" -eq 0 ] || fail 77 'running programs in a tree takes root: run this with sudo'
coproc outside {
  read -r _
  map uid_map
  map gid_map
  echo
}
# Opened anew, which survives the exec.
exec 3<"/dev/fd/${outside[0]}" 4>"/dev/fd/${outside[1]}"
exec unshare --user --mount "$script" --inside "$@"
