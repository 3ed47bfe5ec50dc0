#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles every header on its own.

    headers_alone.py COMPILER CACHE_FOLDER [ROOT]

A header that passed, with all project headers that it includes, is remembered by its content in
CACHE_FOLDER, and passes at once until something of it changes.
"""
import concurrent.futures
import hashlib
import pathlib
import re
import subprocess
import sys

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c++",
         "-DDOCTEST_CONFIG_USE_STD_HEADERS"]
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def closure(root, header, seen=None):
    """The header and all project files that it includes."""
    seen = {} if seen is None else seen
    if header not in seen and (root / header).is_file():
        seen[header] = (root / header).read_bytes()
        for target in INCLUDE.findall(seen[header]):
            closure(root, target.decode(), seen)
    return seen


def fingerprint(compiler, files):
    digest = hashlib.sha256(repr([compiler, FLAGS]).encode())
    for path, content in sorted(files.items()):
        digest.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()


def compile_alone(compiler, root, header):
    done = subprocess.run([compiler, *FLAGS, f"-I{root}", "-"], input=f'#include "{header}"\n',
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def main():
    compiler, cache = sys.argv[1], pathlib.Path(sys.argv[2])
    root = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else ".").resolve()
    cache.mkdir(parents=True, exist_ok=True)
    headers = sorted(path.relative_to(root).as_posix()
                     for top in ("core", "hal", "firmware", "host", "tests")
                     for pattern in ("*.hpp", "*.h") for path in (root / top).rglob(pattern))
    marks = {header: cache / fingerprint(compiler, closure(root, header)) for header in headers}
    todo = [header for header in headers if not marks[header].exists()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for header, (status, output) in zip(
                todo, pool.map(lambda header: compile_alone(compiler, root, header), todo)):
            if status == 0:
                marks[header].touch()
            else:
                failed += 1
                print(f"{header} does not compile alone:\n{output}")
    for stale in set(cache.iterdir()) - set(marks.values()):
        stale.unlink()
    print(f"{len(headers)} headers, {len(todo)} compiled, {failed} failed")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
