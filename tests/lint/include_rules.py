#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may include what: the arrows of the architecture, as data, and what enforces them.

    include_rules.py [ROOT]

Prints one line a violation and exits 1 if there is any. Patterns are fnmatch's on paths from the
root, in which * also matches a slash.
"""
import pathlib
import re
import sys
from fnmatch import fnmatchcase

FOLDERS = ("core", "hal", "firmware", "host", "tests")
SOURCES = (".cpp", ".hpp", ".h")

# The first line whose pattern fits a file says which project files it may include.
PROJECT = [
    ("core/*", ["core/*"]),
    # The real and the simulated side of one kind know their own kind, and others by interface.
    ("hal/gpio/linux/*", ["core/*", "hal/*.hpp", "hal/gpio/*"]),
    ("hal/*/linux/*", ["core/*", "hal/*.hpp"]),
    ("hal/*/sim/*", ["core/*", "hal/*.hpp"]),
    ("hal/*", ["core/*", "hal/*.hpp"]),
    # A program's main file may include whatever the program is made of.
    ("firmware/*main.cpp", ["core/*", "hal/*", "firmware/*"]),
    ("host/*main.cpp", ["core/*", "hal/*", "host/*"]),
    # One role never includes another's code; the writer is the one that the monitor forks.
    ("firmware/monitor/*", ["core/*", "hal/*.hpp", "firmware/monitor/*", "firmware/keyfile/*",
                            "firmware/roles/*", "firmware/config/*", "firmware/board/*"]),
    ("firmware/ctl/*", ["core/*", "hal/*.hpp", "firmware/ctl/*", "firmware/roles/*",
                        "firmware/config/*", "firmware/board/*"]),
    ("firmware/roles/*", ["core/*", "hal/*.hpp", "firmware/roles/*"]),
    ("firmware/config/*", ["core/*", "hal/*.hpp", "firmware/config/*"]),
    ("firmware/<folder>/*", ["core/*", "hal/*.hpp", "firmware/<folder>/*", "firmware/roles/*",
                             "firmware/config/*"]),
    ("host/*", ["core/*", "hal/*.hpp", "host/*"]),
    ("tests/*", ["*"]),
]

# Sides of hal (linux/, sim/) are reached by their own folder and by composition roots alone: the
# only places that choose between a real and a simulated side. So is libfido2/, which is what both
# sides of hal/fido are made of.
SIDES = re.compile(r"^hal/[^/]+/(linux|sim|libfido2)/")
COMPOSITION_ROOTS = ["*/main.cpp", "firmware/monitor/daemon.cpp",
                     "firmware/monitor/panel.cpp", "tests/*"]
SHARED_SIDES = [("hal/fido/libfido2/", ["hal/fido/linux/*", "hal/fido/sim/*"])]

# Libraries: a header of this pattern may be included by files of these patterns alone.
LIBRARIES = [
    ("gpiod*", ["hal/gpio/linux/*"]),
    ("fido*", ["hal/fido/*", "tests/unit/hal/fido/*"]),
    ("libusb*", ["hal/usb/linux/*"]),
    ("cap-ng.h", ["firmware/monitor/*"]),
    ("mbedtls/*", ["core/crypto/*", "core/channel/*", "core/attest/*", "tests/*"]),
    ("psa/*", ["core/crypto/*", "core/channel/*", "core/attest/*", "tests/*"]),
    ("cbor*", ["core/cbor/*", "hal/fido/sim/cbor/*", "tests/*"]),
    ("seccomp.h", ["firmware/roles/*", "tests/emulation/*"]),
    ("avahi-*", ["firmware/advertise/*"]),
    ("systemd/*", []),
    ("openssl/*", ["hal/fido/sim/crypto/*.cpp", "hal/fido/sim/attestation/*.cpp", "tests/*"]),
    ("toml++/*", ["firmware/config/*.cpp", "firmware/config/toml_values.hpp"]),
    ("nlohmann/*", ["firmware/*.cpp", "host/*.cpp", "hal/fido/sim/*.cpp", "tests/*.cpp"]),
    ("CLI/*", ["firmware/*.cpp", "host/*.cpp", "hal/fido/sim/program/*.cpp"]),
    ("asio*", ["firmware/*.cpp", "host/*.cpp", "hal/*/linux/*.cpp", "tests/*.cpp"]),
    ("spdlog/*", ["firmware/*.cpp", "host/*.cpp"]),
    ("doctest/*", ["tests/*"]),
]

# core/ is bytes in, bytes out: no I/O, no clock, no threads. Beyond the standard library's headers
# without these, it may include what is listed.
CORE_NOT = {"iostream", "fstream", "filesystem", "thread", "mutex", "shared_mutex", "atomic",
            "condition_variable", "future", "random", "csignal", "cstdio", "ctime"}
CORE_ALSO = ["fmt/*", "tl/expected.hpp", "mbedtls/*", "psa/*", "cbor*"]
CORE_EXCEPTIONS = [("core/crypto/random.cpp", "sys/random.h")]

# Only hal/*/linux reads a clock or sleeps.
CLOCKS = re.compile(r"\b(?:steady_clock|system_clock|high_resolution_clock)::now\b"
                    r"|\b(?:clock_gettime|gettimeofday|usleep|nanosleep|clock_nanosleep)\s*\("
                    r"|\bsleep_(?:for|until)\b")
# connection.cpp compares Asio's own timer with the clock that the timer runs on.
MAY_READ_CLOCKS = ["hal/*/linux/*", "tests/*", "firmware/net/connection.cpp"]

# A file from elsewhere that keeps its own way to write an include.
EXCEPTIONS = [("tests/unity/ported_test.cpp", "unity.h")]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SPDX = "SPDX-License-Identifier: MIT"


def fits(path, patterns):
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def folder_of(path):
    return path.split("/")[1] if path.count("/") > 1 else ""


def allowed_project(path):
    for pattern, allowed in PROJECT:
        if fnmatchcase(path, pattern.replace("<folder>", folder_of(path))):
            return [entry.replace("<folder>", folder_of(path)) for entry in allowed]
    return []


def project_include(root, path, target):
    if (path, target) in EXCEPTIONS:
        return None
    if target.endswith(".cpp"):
        return "includes a .cpp file"
    if not (root / target).is_file():
        return "is not a file from the root of the repository"
    if not fits(target, allowed_project(path)):
        return "points against the arrows"
    side = SIDES.match(target)
    if side and not path.startswith(side.group(0)) and not fits(path, COMPOSITION_ROOTS + [
            user for shared, users in SHARED_SIDES if shared == side.group(0) for user in users]):
        return f"reaches into {side.group(0)} from outside: include the interface"
    return None


def system_include(path, target):
    for pattern, allowed in LIBRARIES:
        if fnmatchcase(target, pattern) and not fits(path, allowed):
            return f"is for {', '.join(allowed) or 'nobody'}"
    if path.startswith("core/") and (path, target) not in CORE_EXCEPTIONS:
        foreign = "." in target or "/" in target
        if target in CORE_NOT or (foreign and not fits(target, CORE_ALSO)):
            return "does not belong in core, which is pure"
    return None


def check_source(root, path, text):
    lines = text.splitlines()
    if path.endswith((".hpp", ".h")) and not any(line.strip() == "#pragma once" for line in lines):
        yield f"{path}:1: no #pragma once"
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            quote, target = match.groups()
            wrong = (project_include(root, path, target) if quote == '"'
                     else system_include(path, target))
            if wrong:
                yield f"{path}:{number}: {target} {wrong}"
        elif CLOCKS.search(line.split("//")[0]) and not fits(path, MAY_READ_CLOCKS):
            yield f"{path}:{number}: reads a clock or sleeps: time is an argument (hal/clock)"


def files(root):
    """Every file of ours, as paths from the root."""
    for top in (*FOLDERS, "cmake", "scripts"):
        for file in sorted((root / top).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.is_file() and "/corpus/" not in path and "__pycache__" not in path:
                yield path, file
    for name in ("CMakeLists.txt", "run", ".ci/run"):
        if (root / name).is_file():
            yield name, root / name


def needs_licence(path, file):
    if path.endswith((*SOURCES, ".py", ".sh", ".cmake", "CMakeLists.txt")):
        return True
    with file.open("rb") as stream:
        return stream.read(2) == b"#!"


def check(root):
    for path, file in files(root):
        if needs_licence(path, file):
            text = file.read_text(encoding="utf-8")
            if not any(SPDX in line for line in text.splitlines()[:2]):
                yield f"{path}:1: no line {SPDX}"
            if path.endswith(SOURCES) and path.startswith(FOLDERS):
                yield from check_source(root, path, text)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    violations = list(check(root))
    for violation in violations:
        print(violation)
    if not any(path.endswith(SOURCES) for path, _ in files(root)):
        print(f"{root}: no sources here")
        return 1
    print(f"{len(violations)} violations of the include rules")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
