#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the golden data anew with the ssh-keygen at hand. The keys open nothing.
set -eu
cd "$(dirname "$0")"
find . -type f ! -name "make*" -delete

key() { # file type [bits]
  ssh-keygen -q -t "$2" ${3:+-b "$3"} -N "" -C "$1@golden" -f "$1"
}
key rsa1024 rsa 1024
key rsa2048 rsa 2048
key rsa3072 rsa 3072
key dsa dsa
key ecdsa256 ecdsa 256
key ecdsa384 ecdsa 384
key ecdsa521 ecdsa 521
key ed25519 ed25519
for cipher in aes256-ctr aes256-gcm@openssh.com chacha20-poly1305@openssh.com; do
  ssh-keygen -q -t ed25519 -N passphrase -a 1 -Z "$cipher" -C locked -f "locked-${cipher%@*}"
done
ssh-keygen -q -t rsa -b 2048 -N "" -m PEM -C old -f pem

ssh-keygen -q -s ed25519 -I golden -n user -V always:forever ecdsa256.pub

printf 'a message' >message
for name in rsa2048 ecdsa256 ecdsa384 ecdsa521 ed25519; do
  ssh-keygen -q -Y sign -f "$name" -n latchkey@golden <message >"$name.sig" 2>/dev/null
done
ssh-keygen -q -Y sign -f ed25519 -n latchkey@golden -O hashalg=sha256 <message >ed25519-sha256.sig

python3 make_sk.py

# known_hosts: plain, with lists, wildcards, negation, ports and markers; and hashed by -H.
host() { printf '%s %s\n' "$1" "$(cut -d ' ' -f 1,2 "$2.pub")"; }
{
  echo '# golden'
  host pi.local ed25519
  host 'pi.local,192.0.2.7' ecdsa256
  host '[pi.local]:2222' rsa2048
  host '*.example.org,!bad.example.org' rsa3072
  host '@cert-authority *.example.net' ecdsa384
  host '@revoked pi.local' ecdsa521
} >known_hosts
{ host pi.local ed25519; host '[pi.local]:2222' rsa2048; host fe80::1 ecdsa256; } >hashed_hosts
ssh-keygen -q -H -f hashed_hosts >/dev/null 2>&1
rm -f hashed_hosts.old

for name in *.pub; do ssh-keygen -l -f "$name"; done >fingerprints
# Private halves that no test reads.
rm -f rsa1024 dsa ecdsa384 ecdsa521
