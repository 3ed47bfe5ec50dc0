#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the Python example of docs/reference/simulated-board.md against a real simulated board, and
sees the promises of its tables kept to somebody who is not written in C++."""
import re
import socket
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM, PAGE = sys.argv[1], Path(sys.argv[2])


def example():
    """The names that the page's Python block defines."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names = {}
    exec(compile(source, str(PAGE), "exec"), names)  # the page is part of this project
    return names


class SimulatedBoard(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.program = self.start()
        self.assertEqual(self.program.stdout.readline(), "ready\n")
        self.example = example()

    def start(self):
        program = subprocess.Popen(
            [PROGRAM, self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(program.communicate)
        return program

    def board(self):
        board = self.example["Board"](self.folder)
        self.addCleanup(board.socket.close)
        self.addCleanup(board.lines.close)
        return board

    def test_the_example_presses_and_sees_the_led(self):
        board = self.example["press_and_wait"](self.folder)
        self.addCleanup(board.socket.close)
        self.addCleanup(board.lines.close)
        self.assertEqual(board.next_change()[0], 0)  # the answer to a tap comes first
        board.do("press")
        self.assertEqual(board.next_change()[0], 1)
        board.do("release")
        self.assertEqual(board.next_change()[0], 0)

    def test_a_hold_is_answered_when_it_is_over(self):
        board = self.board()
        self.assertEqual(board.next_change()[0], 0)
        (level, since), = board.do("hold 150")
        self.assertEqual(level, 1)
        level, until = board.next_change()
        self.assertEqual(level, 0)
        self.assertGreaterEqual(until - since, 150)

    def test_mistakes_are_answered_in_one_line(self):
        board = self.board()
        with self.assertRaisesRegex(RuntimeError, re.escape(
                "error: unknown command; known are: press, release, tap, hold MS, led")):
            board.do("dance")
        self.assertIn("error: unknown command; known are:", PAGE.read_text())

    def test_the_end_of_input_ends_the_talk_after_the_answer(self):
        with socket.socket(socket.AF_UNIX) as plain:
            plain.settimeout(10)
            plain.connect(self.folder + "/board.sock")
            plain.sendall(b"tap\n")
            plain.shutdown(socket.SHUT_WR)
            heard = b"".join(iter(lambda: plain.recv(4096), b""))
        self.assertEqual([line.split()[0] for line in heard.splitlines()].count(b"ok"), 1)

    def test_the_socket_is_private_and_goes_with_the_board(self):
        path = Path(self.folder) / "board.sock"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.program.stdin.close()
        self.assertEqual(self.program.wait(10), 0)
        self.program.stdin = None
        self.assertFalse(path.exists())

    def test_a_second_board_is_refused_and_one_after_a_kill_is_not(self):
        second = self.start()
        _, errors = second.communicate(timeout=10)
        self.assertEqual(second.returncode, 73)
        self.assertIn("a running latchkeyd has this simulated board", errors)
        self.program.kill()
        self.program.wait(10)
        self.assertTrue((Path(self.folder) / "board.sock").exists())
        third = self.start()
        self.assertEqual(third.stdout.readline(), "ready\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
