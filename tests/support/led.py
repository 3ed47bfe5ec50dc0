# SPDX-License-Identifier: MIT
"""Reads a code from the edges of the LED, as a person would: a long light, then groups of short
blinks with clear gaps between them (docs/reference/led-patterns.md). Written from that page alone,
as an independent check of it."""

LONG_LIGHT = 1250  # milliseconds: the mark is 1.5 s at every speed, a refusal's blinks are 1 s


class LedReader:
    """Feed it every edge; it answers with the digits once a whole code has been seen. Works at
    every speed: it measures the gaps of the pass itself."""

    def __init__(self):
        self.level = None
        self.since = None
        self.spans = None  # [(on, length)] since the long light; None before it

    def feed(self, on, milliseconds):
        """One edge: the level from now on, and when. Returns the digits or None."""
        if self.level is not None and on != self.level:
            code = self.span(self.level, milliseconds - self.since)
        elif self.level is None:
            code = None
        else:
            return None
        self.level, self.since = on, milliseconds
        return code

    def span(self, on, length):
        """The LED was `on` for `length`."""
        if on and length >= LONG_LIGHT:
            code = self.decode() if self.spans is not None else None
            self.spans = []
            return code
        if self.spans is not None:
            self.spans.append((on, length))
        return None

    def decode(self):
        """Groups are parted by gaps clearly longer than those between blinks."""
        dark = [length for lit, length in self.spans if not lit][1:-1]
        if not dark:
            return None
        # A code of ones alone has no gap inside a group.
        alike = max(dark) < 2 * min(dark)
        threshold = 0 if alike else (min(dark) + max(dark)) / 2
        digits, count, first = "", 0, True
        for lit, length in self.spans:
            if lit:
                count += 1
            elif not first and length > threshold:
                digits += str(count)
                count = 0
            first = False
        if count:
            digits += str(count)
        return digits if len(digits) in (8, 10) and set(digits) <= set("12345") else None
