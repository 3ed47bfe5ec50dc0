#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs clang-tidy over every source file that ships, one process a core.

    tidy.py CLANG_TIDY BUILD_FOLDER CACHE_FOLDER [ROOT]

What passed is remembered by content: of the file, of the project headers that it includes, of the
configuration and of the compile command.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time

import content_cache


# What ships. In tests, doctest's macros set off more than they hide; the compiler's warnings and
# the sanitizers watch them.
FOLDERS = ["core", "hal", "firmware", "host"]

# The compile commands are GCC's: warnings that Clang does not know, and coroutines, which Clang 14
# has without saying so.
EXTRA = ["-Wno-unknown-warning-option", "-D__cpp_impl_coroutine=201902L", "-DASIO_HAS_CO_AWAIT",
         "-DASIO_HAS_STD_COROUTINE"]


def configuration(root, path):
    """All .clang-tidy files that apply to this file."""
    folders = [root, *(root / parent for parent in pathlib.PurePath(path).parents)]
    return {str(folder): (folder / ".clang-tidy").read_text() for folder in folders
            if (folder / ".clang-tidy").is_file()}


def check(program, build, root, path):
    started = time.monotonic()
    done = subprocess.run([program, "-p", str(build), "--quiet",
                           *(f"--extra-arg={word}" for word in EXTRA), str(root / path)], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout or done.stderr, time.monotonic() - started


def main():
    program, build, cache = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    root = pathlib.Path(sys.argv[4] if len(sys.argv) > 4 else ".").resolve()
    version = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True,
                             check=True).stdout
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if any(path.is_relative_to(root / folder) for folder in FOLDERS):
            commands[path.relative_to(root).as_posix()] = entry["command"]
    marks = content_cache.Marks(cache, {
        path: content_cache.fingerprint([version, command, EXTRA, configuration(root, path)],
                                        content_cache.closure(root, path))
        for path, command in sorted(commands.items())})
    todo = marks.missing()
    failed, spent = 0, []
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for path, (status, output, seconds) in zip(
                todo, pool.map(lambda path: check(program, build, root, path), todo)):
            spent.append((seconds, path))
            if status == 0:
                marks.passed(path)
            else:
                failed += 1
                print(output.strip(), flush=True)
    marks.forget_others()
    for seconds, path in sorted(spent, reverse=True)[:3]:
        print(f"slowest: {path}, {seconds:.1f} s")
    print(f"{len(commands)} files, {len(todo)} checked, {failed} failed")
    return 1 if failed or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
