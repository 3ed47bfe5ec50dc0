#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the unity reporter from outside.

    check_reporter.py FAILING PASSING [--update]

FAILING is a program whose tests fail by design, PASSING one whose tests pass. What the reporter
prints for FAILING must be failing.expected.txt, must be readable the way Unity's own scripts
read it, and must count as doctest's console reporter counts. --update rewrites the expectation.
"""
import pathlib
import re
import subprocess
import sys

EXPECTED = pathlib.Path(__file__).with_name("failing.expected.txt")
# By name: the order of files depends on how the build spells their paths.
PLAIN = ["--no-path-filenames", "--no-colors", "--order-by=name"]
problems = []


def check(holds, what):
    if not holds:
        problems.append(what)


def run(program, *arguments):
    done = subprocess.run([program, *PLAIN, *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def unity_counts(output):
    """Reads as Unity's scripts do: split at colons, one summary line, a verdict."""
    outcomes = {"PASS": 0, "FAIL": 0, "IGNORE": 0, "INFO": 0}
    names = []
    for line in output.splitlines():
        fields = line.split(":")
        if len(fields) < 4:
            continue
        check(len(fields) in (4, 5), f"a line with {len(fields)} fields: {line}")
        check(re.fullmatch(r"\w+", fields[2]), f"not an identifier: {fields[2]}")
        check(fields[1].isdigit(), f"not a line number: {line}")
        outcomes[fields[3]] += 1
        if fields[3] != "INFO":
            names.append(fields[2])
    check(len(names) == len(set(names)), "a name is not unique")
    summary = re.search(r"\n\n-{23}\n([0-9]+) Tests ([0-9]+) Failures ([0-9]+) Ignored\n(OK|FAIL)\n$",
                        output)
    check(summary, "no summary at the end")
    tests, failures, ignored = (int(summary.group(i)) for i in (1, 2, 3))
    check(tests == len(names), f"{tests} tests in the summary, {len(names)} lines")
    check(failures == outcomes["FAIL"], "failures in summary and lines differ")
    check(ignored == outcomes["IGNORE"], "ignored in summary and lines differ")
    check(summary.group(4) == ("FAIL" if failures else "OK"), "the verdict does not fit the counts")
    return tests, failures, ignored


def console_counts(output):
    match = re.search(r"test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed", output)
    check(match, "the console reporter's summary was not found")
    return tuple(int(group) for group in match.groups())


def agree(program, *filters):
    status, unity, _ = run(program, "--reporters=unity", *filters)
    console_status, console, _ = run(program, "--reporters=console", *filters)
    tests, failures, ignored = unity_counts(unity)
    total, passed, failed = console_counts(console)
    check((tests, failures) == (total, failed), f"counts differ from doctest's: {filters}")
    check(passed >= ignored, "doctest counts ignored tests among the passed ones")
    check(status == console_status == (1 if failed else 0), f"exit status: {filters}")
    return unity


def main():
    failing, passing = sys.argv[1:3]
    output = agree(failing)
    if "--update" in sys.argv:
        EXPECTED.write_text(output)
    expected = EXPECTED.read_text()
    for want, got in zip(expected.splitlines(), output.splitlines()):
        check(want == got, f"expected: {want}\n     got: {got}")
    check(len(expected.splitlines()) == len(output.splitlines()), "another number of lines")
    agree(passing)
    agree(failing, "--test-case=a*")
    agree(failing, "--test-case=ignored*")

    # A filter leaves no trace in the names of the rest.
    _, filtered, _ = run(failing, "--reporters=unity", "--test-case=a name? twice")
    check(":a_name_twice_2:PASS" in filtered, "a name depends on the filter")

    status, _, errors = run(passing, "--test-case=there is no such test")
    check(status != 0 and "no test has run" in errors, "a run of nothing does not fail")
    status, listed, _ = run(passing, "--list-test-cases")
    check(status == 0 and "pass ends a test" in listed, "listing fails")

    for problem in problems:
        print(problem)
    print(f"{len(output.splitlines())} lines compared, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
