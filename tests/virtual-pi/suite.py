# SPDX-License-Identifier: MIT
"""Runs the tests inside the machine, one line each, and writes down every outcome at once: the
machine may be switched off by a test. What has an outcome is not run again after the next boot."""

import json
import os
import pathlib
import sys
import time
import traceback
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import power  # noqa: E402

RESULTS = pathlib.Path(os.environ["LATCHKEY_RESULTS"])
MOST_BOOTS = 12


def say(text):
    print(text, flush=True)


class Journal:
    """What came of each test, over all boots."""

    def __init__(self, folder):
        self.path = folder / "tests.jsonl"
        self.running = folder / "running"
        self.outcomes = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                entry = json.loads(line)
                self.outcomes[entry["test"]] = entry["outcome"]

    def begin(self, test):
        self.running.write_text(test)

    def end(self, test, outcome, seconds, details=""):
        self.outcomes[test] = outcome
        with open(self.path, "a") as journal:
            journal.write(json.dumps({"test": test, "outcome": outcome, "details": details,
                                      "seconds": round(seconds, 2)}) + "\n")
        self.running.unlink(missing_ok=True)
        say(f"{outcome:8}{seconds:6.1f} s  {test}")
        for line in details.splitlines():
            say(f"    {line}")

    def went_down_in(self):
        """The test that was running when the machine booted again by itself, or None."""
        return self.running.read_text() if self.running.exists() else None


class Result(unittest.TestResult):
    """One outcome for each test, of the worst that happened to it."""

    def __init__(self, journal):
        super().__init__()
        self.journal = journal
        self.outcome = "passed"
        self.details = []
        self.started = 0.0

    def startTest(self, test):
        super().startTest(test)
        self.outcome, self.details = "passed", []
        self.started = time.monotonic()
        self.journal.begin(name_of(test))

    def stopTest(self, test):
        super().stopTest(test)
        self.journal.end(name_of(test), self.outcome, time.monotonic() - self.started,
                         "\n".join(self.details))

    def fail(self, test, error):
        text = "".join(traceback.format_exception(*error))
        if isinstance(test, unittest.TestCase):
            self.outcome = "failed"
            self.details.append(text)
        else:  # a class or a module could not be set up: no test of it runs
            self.journal.end(str(test), "failed", 0, text)

    def addError(self, test, err):
        super().addError(test, err)
        self.fail(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.details.append(str(subtest))
            self.fail(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if isinstance(test, unittest.TestCase):
            self.outcome, self.details = "skipped", [reason]
        else:
            self.journal.end(str(test), "skipped", 0, reason)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.outcome, self.details = "failed", ["expected to fail, and did not"]


def name_of(test):
    """file.Class.test"""
    return test.id()


def flat(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flat(item)
        else:
            yield item


def chosen(tests, wanted, journal, first):
    """Those that are wanted and have no outcome yet; `first` before all others."""
    for test in sorted(tests, key=lambda test: name_of(test) != first):
        name = name_of(test)
        if name not in journal.outcomes and (not wanted or any(word in name for word in wanted)):
            yield test


def count_boots():
    path = RESULTS / "boots"
    boots = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(f"{boots}\n")
    return boots


def main():
    journal = Journal(RESULTS)
    boots = count_boots()
    say(f"booted in {float(pathlib.Path('/proc/uptime').read_text().split()[0]):.1f} s"
        + (f", for the {boots}. time" if boots > 1 else ""))
    interrupted = journal.went_down_in()
    if interrupted and not power.was_cut():
        journal.end(interrupted, "failed", 0, "the machine went down in this test by itself")
        interrupted = None
    if boots > MOST_BOOTS:
        say(f"the machine has booted {boots} times: enough")
        journal.running.unlink(missing_ok=True)
        return
    wanted = (RESULTS / "wanted").read_text().split()
    tests = unittest.defaultTestLoader.discover(str(HERE), pattern="*_test.py",
                                                top_level_dir=str(HERE))
    to_run = list(chosen(flat(tests), wanted, journal, interrupted))
    unittest.TestSuite(to_run).run(Result(journal))
    if wanted and not journal.outcomes:
        say(f"no test has {' or '.join(wanted)} in its name")
    (RESULTS / "finished").write_text("")


if __name__ == "__main__":
    main()
