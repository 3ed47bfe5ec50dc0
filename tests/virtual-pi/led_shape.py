# SPDX-License-Identifier: MIT
"""The LED's patterns as lengths of light and dark, and how to know one in what a line did. Written
from docs/reference/led-patterns.md and its pictures, as an independent check of the program."""

from typing import NamedTuple

# Milliseconds, light first.
WINDOW_OPEN = (500, 500)
TOUCH = (100, 150, 100, 1150)
WORKING = (50, 50)
DONE = (3000,)
REFUSED = (1000, 500, 1000, 500, 1000)
START_AGAIN = (100, 100) * 11 + (100,)  # of 15 blinks; a busy machine is late for the first ones
LOCKED = (50, 2950)
CONFIRM = (850, 150)
FAULT = (800, 300, 800, 300, 150, 300, 150, 1200)

LATE = 0.060  # seconds: what one change may come late by, on a machine that is emulated
SLACK = 0.35  # and what the lengths may differ by besides, each


class Found(NamedTuple):
    start: float  # seconds since boot: when the pattern began, as its changes have it
    lateness: list  # seconds, of each change behind the earliest: none is negative
    end: float  # of the last change


def fits(spans, lengths):
    """Whether the spans (on, seconds) have this shape. The light may have been on already when the
    first of several began."""
    for i, ((on, seconds), length) in enumerate(zip(spans, lengths)):
        allowed = LATE + SLACK * length / 1000
        too_short = seconds < length / 1000 - allowed
        too_long = seconds > length / 1000 + allowed and (i > 0 or len(lengths) == 1)
        if on != (i % 2 == 0) or too_short or too_long:
            return False
    whole = sum(lengths[1:]) / 1000
    took = sum(seconds for _, seconds in spans[1:])
    return len(spans) == len(lengths) and abs(took - whole) <= 2 * LATE + 0.05 * whole


def find_pattern(changes, lengths, times=1):
    """Where the changes [(on, seconds)] show the pattern so many times in a row, or None."""
    whole = tuple(lengths) * times
    spans = [(on, changes[i + 1][1] - seconds) for i, (on, seconds) in enumerate(changes[:-1])]
    # The last dark is not bounded by the pattern: something else may follow.
    end = len(whole) if len(whole) % 2 else len(whole) - 1
    for first in range(len(spans) - end + 1):
        if fits(spans[first:first + end], whole[:end]):
            seen = [seconds for _, seconds in changes[first:first + end + 1]]
            return Found(*lateness(seen, whole), seen[-1])
    return None


def lateness(seen, lengths):
    """(start, how late each change was): deadlines are counted from the start, and no change comes
    before its own. The first one does not count, if there are others: see fits()."""
    due = [sum(lengths[:i]) / 1000 for i in range(len(seen))]
    late = [at - planned for at, planned in zip(seen, due)][1 if len(seen) > 2 else 0:]
    start = min(late)
    return start, [at - start for at in late]
