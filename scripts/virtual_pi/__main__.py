#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Pi that is not there, with real kernel interfaces: GPIO lines, a USB port, hidraw. Boots
Debian's kernel in QEMU (no KVM, no root) over this computer's own files, which it cannot change,
runs tests/virtual-pi inside, and ends with what they ended with."""

import argparse
import os
import pathlib
import shutil
import sys
import time

from debian_kernel import make_kernel
from initramfs import make_initramfs
from lock import hold
from machine import Machine, make_disk
from results import measured, read_results

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse():
    parser = argparse.ArgumentParser(prog="./run virtual-pi", description=__doc__)
    parser.add_argument("tests", nargs="*", metavar="TEST",
                        help="only these: a part of a test's name, gpio or press_with_bounce")
    parser.add_argument("--shell", action="store_true",
                        help="no tests: a prompt on the machine, the LED in the last line; press, "
                        "plug, touch, unplug are commands there")
    parser.add_argument("--keep", action="store_true",
                        help="keep the disk of the last run, and what is on it")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path("/"), metavar="TREE",
                        help="the machine's files: a folder with a whole Debian, not this computer")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release",
                        metavar="FOLDER", help="the programs to test: build/release")
    parser.add_argument("--prepare", action="store_true",
                        help="make what the machine needs, and do not start it")
    arguments = parser.parse_args()
    if arguments.shell and not (sys.stdin.isatty() and sys.stdout.isatty()):
        parser.error("--shell needs a terminal")
    if not (arguments.root / "usr" / "bin" / "python3").exists():
        parser.error(f"{arguments.root} has no /usr/bin/python3: it is no Debian to boot")
    return arguments


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def main():
    arguments = parse()
    with hold(ROOT / "build" / "virtual-pi"):
        return run(arguments)


def run(arguments):
    started = time.monotonic()
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where people have no modprobe and mke2fs
    build = ROOT / "build" / "virtual-pi"
    kernel = make_kernel(build)
    initramfs = make_initramfs(build, kernel)
    if arguments.prepare:
        return 0
    results = empty(build / "results")
    disk = build / "disk.img"
    if not (arguments.keep and disk.exists()):
        make_disk(disk)
    shares = {"root": arguments.root.resolve(), "repository": ROOT,
              "build": arguments.build.resolve(), "kernel": kernel.folder, "results": results}
    machine = Machine(kernel, initramfs, shares, results, disk)
    if arguments.shell:
        return machine.run_shell()
    (results / "wanted").write_text("".join(f"{test}\n" for test in arguments.tests))
    print(f"virtual-pi: linux {kernel.release} in QEMU, ready after "
          f"{time.monotonic() - started:.1f} s", flush=True)
    booted = time.monotonic()
    long = os.environ.get("LATCHKEY_LONG_TESTS")
    off = machine.run_suite(*(["latchkey.long=1"] if long else []))
    passed, failed = read_results(results)
    if not off or not (results / "finished").exists():
        failed += 1
        print("virtual-pi: the suite did not come to its end")
        machine.show_console()
    for line in measured(results):
        print(f"virtual-pi: {line}")
    print(f"virtual-pi: the machine ran for {time.monotonic() - booted:.1f} s; logs, trace and "
          f"console are in {os.path.relpath(results)}")
    print(f"virtual-pi: {passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
