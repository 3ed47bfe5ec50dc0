# SPDX-License-Identifier: MIT
"""The LED, drawn in a line of text."""

LONG_LIGHT = 1000  # milliseconds: the mark before the groups of a code
GAP = 350  # between groups it is dark for longer


class BlinkPrinter:
    """Draws the blinks of a code in the terminal as they happen."""

    def __init__(self):
        self.level, self.since, self.started = None, 0, False

    def feed(self, on, milliseconds):
        length = milliseconds - self.since
        if self.level and not on:
            if length >= LONG_LIGHT:
                self.draw("" if self.started else "━━━ ")
                self.started = True
            elif self.started:
                self.draw("●")
        elif self.level is False and on and self.started and length > GAP:
            self.draw(" ")
        self.level, self.since = on, milliseconds

    @staticmethod
    def draw(text):
        print(text, end="", flush=True)
