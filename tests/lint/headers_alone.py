#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles every header on its own.

    headers_alone.py COMPILER BUILD_FOLDER [ROOT]

A header that is the first include of a source of the same name needs no more: the build compiles it
alone, as far as anything before it goes. BUILD_FOLDER's compile_commands.json says what is built. A
header that passed, with all project headers that it includes, is remembered by its content
in BUILD_FOLDER/headers-alone, and passes at once until something of it changes.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import content_cache

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c++",
         "-DDOCTEST_CONFIG_USE_STD_HEADERS"]
FIRST_INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def proved_by_build(root, build, headers):
    """The headers that a compiled source of the same name includes before anything else."""
    commands = build / "compile_commands.json"
    entries = json.loads(commands.read_text()) if commands.is_file() else []
    compiled = {os.path.realpath(entry["file"]) for entry in entries}
    proved = set()
    for header in headers:
        source = (root / header).with_suffix(".cpp")
        if os.path.realpath(source) in compiled:
            first = FIRST_INCLUDE.search(source.read_text(encoding="utf-8"))
            if first and first.group(1) == header:
                proved.add(header)
    return proved


def compile_alone(compiler, root, header):
    done = subprocess.run([compiler, *FLAGS, f"-I{root}", "-"], input=f'#include "{header}"\n',
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def main():
    compiler, build = sys.argv[1], pathlib.Path(sys.argv[2])
    root = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else ".").resolve()
    headers = sorted(path.relative_to(root).as_posix()
                     for top in ("core", "hal", "firmware", "host", "tests")
                     for pattern in ("*.hpp", "*.h") for path in (root / top).rglob(pattern))
    proved = proved_by_build(root, build, headers)
    marks = content_cache.Marks(build / "headers-alone", {
        header: content_cache.fingerprint([compiler, FLAGS], content_cache.closure(root, header))
        for header in headers if header not in proved})
    todo = marks.missing()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for header, (status, output) in zip(
                todo, pool.map(lambda header: compile_alone(compiler, root, header), todo)):
            if status == 0:
                marks.passed(header)
            else:
                failed += 1
                print(f"{header} does not compile alone:\n{output}")
    marks.forget_others()
    print(f"{len(headers)} headers, {len(proved)} proved by the build, {len(todo)} compiled, "
          f"{failed} failed")
    return 1 if failed or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
