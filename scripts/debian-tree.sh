#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A whole Debian in a folder, to build and test in. Takes root; leaves nothing mounted behind.
#
#   debian-tree.sh make NAME SUITE GROUP…      makes build/trees/NAME, or brings it up to date
#   debian-tree.sh run NAME COMMAND [ARG…]     runs a command in it, at the repository's root
#
# GROUP is a group of packages.txt; GROUP:ARCH takes the libraries (*-dev) of a group for another
# architecture, arm64 say, as well. In a group PACKAGE:ARCH and PACKAGE/SUITE are what apt-get takes
# them for. A tree whose packages are all there is left as it is.
# The packages come from where this computer's apt gets Debian's; LATCHKEY_DEBIAN_MIRROR=URL names
# another place. In the tree the repository has its own path, /tmp and the processes are the run's alone.
set -euo pipefail
script=$(readlink -f "$0")
repository=$(dirname "$(dirname "$script")")
trees=$repository/build/trees

fail() { # STATUS SENTENCE
  printf 'debian-tree: %s\n' "$2" >&2
  exit "$1"
}

packages() { # of GROUP or GROUP:ARCH
  local group=${1%%:*} architecture names
  architecture=${1#"$group"}
  names=$("$repository/scripts/install-packages.sh" --list "$group") || exit
  if [ -z "$architecture" ]; then printf '%s\n' "$names"; return; fi
  sed -n "s/-dev\$/-dev$architecture/p" <<<"$names"
}

apts_site() { # where this computer's apt gets Debian from, if debootstrap can, too
  # The format is apt's, not the shell's.
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
    awk '/^https?:/ && !n++'
}

mirror() {
  local site=${LATCHKEY_DEBIAN_MIRROR:-}
  if [ -z "$site" ] && command -v apt-get >/dev/null; then
    site=$(apts_site)
    if [ -z "$site" ]; then # maybe it was never updated
      apt-get -qq update >&2
      site=$(apts_site)
    fi
  fi
  [ -n "$site" ] || fail 69 "this computer's apt names no web address that Debian's packages are at; \
set LATCHKEY_DEBIAN_MIRROR to one"
  printf '%s\n' "$site"
}

bootstrap() { # TREE SUITE
  local tree=$1 suite=$2 site include=()
  site=$(mirror)
  case $site in https:*) include=(--include=ca-certificates) ;; esac
  command -v debootstrap >/dev/null || fail 69 'there is no debootstrap here: install the package of that name'
  if [ -z "${http_proxy:-}" ]; then # debootstrap does not ask apt's settings
    local proxy=''
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    if [ -n "$proxy" ] && [ "$proxy" != DIRECT ]; then export http_proxy=$proxy; fi
  fi
  rm -rf --one-file-system "$tree.part"
  # What it mounts goes with it, also when it is killed.
  unshare --mount debootstrap --variant=minbase "${include[@]}" \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$tree.part" "$site"

  printf 'deb %s %s main\n' "$site" "$suite" >"$tree.part/etc/apt/sources.list"
  # How this computer's apt reaches the mirror (a proxy, say) is how the tree's does.
  apt-config dump | grep -E '^Acquire::(https?::|Check-)' >"$tree.part/etc/apt/apt.conf.d/10host" || true
  echo force-unsafe-io >"$tree.part/etc/dpkg/dpkg.cfg.d/unsafe-io"
  printf '#!/bin/sh\nexit 101\n' >"$tree.part/usr/sbin/policy-rc.d" # start no service
  chmod +x "$tree.part/usr/sbin/policy-rc.d"
  mv "$tree.part" "$tree"
}

make_tree() { # NAME SUITE GROUP…
  local name=$1 suite=$2 group tree=$trees/$1 stamp=$trees/$1.packages wanted
  shift 2
  wanted=$(printf 'suite %s\n' "$suite"; for group in "$@"; do packages "$group"; done)
  if [ -d "$tree" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi

  must_be_root
  mkdir -p "$trees"
  # One at a time: two runs may want the same tree.
  exec 9>"$tree.lock"
  flock 9
  if [ -d "$tree" ] && [ "$(head -n 1 "$stamp" 2>/dev/null)" != "suite $suite" ]; then rm -rf --one-file-system "$tree"; fi
  if [ ! -d "$tree" ]; then bootstrap "$tree" "$suite"; fi
  printf 'suite %s\n' "$suite" >"$stamp" # the rest once it is there
  # Words are wanted here, one package each.
  # shellcheck disable=SC2046
  "$script" run "$name" "$script" --install $(tail -n +2 <<<"$wanted") 9>&-
  printf '%s\n' "$wanted" >"$stamp"
}

install_inside() { # PACKAGE[:ARCH]…
  local package
  local site
  site=$(awk '{ print $2; exit }' /etc/apt/sources.list)
  for package in "$@"; do
    case $package in
      *:*) dpkg --add-architecture "${package#*:}" ;;
      */*) printf 'deb %s %s main\n' "$site" "${package#*/}" >"/etc/apt/sources.list.d/${package#*/}.list" ;;
    esac
  done
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  local wanted=()
  for package in "$@"; do
    case $package in
      # What is for all architectures (headers alone) is not there for one.
      *:*) apt-cache show "$package" >/dev/null 2>&1 || package=${package%:*} ;;
    esac
    wanted+=("$package")
  done
  apt-get -qq install --yes --no-install-recommends "${wanted[@]}" </dev/null
  apt-get clean
}

# In namespaces of their own, so mounts and left-over processes end with the command.
run_in_tree() { # NAME COMMAND [ARG…]
  local tree=$trees/$1
  shift
  [ -d "$tree" ] || fail 66 "there is no tree $tree: make it first"
  must_be_root
  exec unshare --mount --pid --fork --kill-child "$script" --enter "$tree" "$@"
}

enter() { # TREE COMMAND [ARG…]: in the namespaces
  local tree=$1 cache='' name kept=()
  shift
  mount --bind "$tree" "$tree" # so that it can be the root
  mount -t proc proc "$tree/proc"
  mount --rbind /sys "$tree/sys"
  mount --rbind /dev "$tree/dev"
  mount -t tmpfs -o mode=1777 tmp "$tree/tmp"
  mount -t tmpfs -o mode=755 run "$tree/run"
  mkdir -p "$tree$repository" "$tree/run/sshd"
  mount --bind "$repository" "$tree$repository"
  if command -v ccache >/dev/null && [ -e "$tree/usr/bin/ccache" ]; then
    cache=$(ccache --get-config cache_dir)
    mkdir -p "$cache" "$tree$cache"
    mount --bind "$cache" "$tree$cache"
    kept+=("CCACHE_DIR=$cache")
  fi
  for name in resolv.conf hosts; do
    if [ -e "/etc/$name" ]; then cp -L "/etc/$name" "$tree/etc/$name"; fi
  done

  while read -r name; do
    case $name in
      CCACHE_DIR) ;;
      CI | TERM | *_proxy | *_PROXY | LATCHKEY_* | CCACHE_* | CMAKE_* | CTEST_*) kept+=("$name=${!name}") ;;
    esac
  done < <(compgen -e)
  # The tree's own programs, and nothing else of this computer's environment. This shell stays, as
  # the process 1 that orphans of the command go to.
  chroot "$tree" /usr/bin/env -i --chdir="$repository" "${kept[@]}" \
    HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 LATCHKEY_NO_INSTALL=1 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" || exit
}

must_be_root() {
  [ "$(id -u)" -eq 0 ] || fail 77 'making and entering a Debian tree takes root: run this with sudo'
}

verb=${1:-}
[ $# -eq 0 ] || shift
case $verb in
  make) [ $# -ge 3 ] || fail 64 'make takes a name, a suite and groups of packages'; make_tree "$@" ;;
  run) [ $# -ge 2 ] || fail 64 'run takes a name and a command'; run_in_tree "$@" ;;
  --enter) enter "$@" ;;
  --install) install_inside "$@" ;;
  *) fail 64 'it is debian-tree.sh make NAME SUITE GROUP…, or debian-tree.sh run NAME COMMAND…' ;;
esac
