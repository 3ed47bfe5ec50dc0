# SPDX-License-Identifier: MIT
"""What the machine wrote down before it was switched off."""

import json


def read_results(folder):
    """(passed, failed): what was skipped has not passed."""
    outcomes = []
    path = folder / "tests.jsonl"
    if path.exists():
        for line in path.read_text().splitlines():
            try:
                outcomes.append(json.loads(line)["outcome"])
            except (ValueError, KeyError):
                outcomes.append("failed")  # the machine went down in the middle of the line
    passed = outcomes.count("passed")
    return passed, len(outcomes) - passed


def measured(folder):
    """What tests have measured, line by line, without the names of the tests."""
    path = folder / "measured.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.split(": ", 1)[1] for line in lines]
