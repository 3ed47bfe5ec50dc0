# SPDX-License-Identifier: MIT
"""What a program needs to have a terminal of its own."""

import fcntl
import termios


def take_control(terminal):
    """Makes the terminal the controlling one, so that Ctrl-C reaches the program."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
