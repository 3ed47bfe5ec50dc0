#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""latchkeyctl board: every board in 80 columns, this machine as configured, and what it says when
something does not fit. No daemon runs."""

import json
import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["LATCHKEY_BUILD"])
CTL = BUILD / "bin" / "latchkeyctl"
BOARDS = BUILD / "share" / "latchkey" / "boards"
PLAIN = {"PATH": os.environ["PATH"], "TERM": "xterm"}


def run(*arguments, environment=None):
    return subprocess.run([CTL, "board", *arguments], capture_output=True, text=True, timeout=60,
                          env=environment or PLAIN, check=False)


def on_terminal(*arguments, environment=None):
    """What it prints on a terminal."""
    ours, its = pty.openpty()
    with subprocess.Popen([CTL, "board", *arguments], stdin=its, stdout=its, stderr=its,
                          env=environment or PLAIN) as process:
        os.close(its)
        output = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:
                break
            output += piece
        process.wait(60)
    os.close(ours)
    return output.decode().replace("\r\n", "\n")


class BoardCommand(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="latchkey-board-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def configured(self, toml):
        path = self.folder / "latchkey.toml"
        path.write_text(toml)
        return str(path)

    def refused(self, *arguments, code=78):
        done = run(*arguments)
        self.assertEqual((done.returncode, done.stdout), (code, ""))
        return done.stderr

    def test_every_board_fits_80_columns_and_shows_button_and_led(self):
        names = sorted(path.stem for path in BOARDS.glob("*.toml"))
        listed = run("--list").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in listed], names)
        self.assertGreaterEqual(len(names), 11)
        for name in names:
            with self.subTest(board=name):
                done = run(name)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                lines = done.stdout.splitlines()
                self.assertLessEqual(max(map(len, lines)), 80)
                self.assertIn(f"({name})", lines[0])
                if name not in ("generic", "sim"):
                    self.assertIn("    button -------  GPIO17  11 B o 12  GPIO18", lines)
                    self.assertIn("       LED -------  GPIO27  13 L L 14  ground ------- LED",
                                  lines)

    def test_json_says_what_the_file_says(self):
        board = json.loads(run("5", "--json").stdout)
        self.assertEqual(board["name"], "5")
        self.assertEqual(board["title"], "Raspberry Pi 5")
        self.assertEqual(board["compatible"], ["raspberrypi,5-model-b"])
        self.assertEqual(board["button"], {"chip": "pinctrl-rp1", "offset": 17, "bias": "pull-up",
                                           "active": "low", "pin": 11, "other_pin": 9})
        self.assertEqual(board["led"], {"chip": "pinctrl-rp1", "offset": 27, "active": "high",
                                        "pin": 13, "other_pin": 14})
        listed = json.loads(run("--list", "--json").stdout)
        self.assertIn({"name": "5", "title": "Raspberry Pi 5"}, listed)

    def test_this_machine_is_as_configured(self):
        config = self.configured('[board]\nuse = "4b"\ntitle = "Attic"\n[board.button]\n'
                                 'line = "GPIO22"\n[board.led]\nsysfs = "ACT"\n')
        done = run("--config", config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("Attic (4b)\n"))
        self.assertIn("    button -------  GPIO22  15 B o 16  GPIO23\n", done.stdout)
        self.assertIn("the board's own, ACT: nothing to wire.", done.stdout)
        board = json.loads(run("--config", config, "--json").stdout)
        self.assertEqual(board["led"], {"sysfs": "ACT"})
        self.assertEqual(board["button"]["line"], "GPIO22")
        self.assertNotIn("offset", board["button"])
        # A board by its name is as it is shipped.
        self.assertEqual(run("4b", "--config", config).stdout, run("4b").stdout)

    def test_colours_are_for_terminals_that_want_them(self):
        self.assertIn("\x1b[1;36m", on_terminal("4b"))
        plain = run("4b").stdout
        self.assertNotIn("\x1b", plain)
        self.assertEqual(on_terminal("4b", environment={**PLAIN, "NO_COLOR": "1"}), plain)
        self.assertEqual(on_terminal("4b", environment={**PLAIN, "TERM": "dumb"}), plain)
        self.assertIn("\x1b[1;36m", on_terminal("4b", environment={**PLAIN, "NO_COLOR": ""}))

    def test_what_does_not_fit_is_said_in_a_sentence(self):
        said = self.refused("4c")
        self.assertTrue(said.startswith(f'latchkeyctl: there is no board "4c" in {BOARDS} (did you '
                                        'mean "4b"?). Boards there are 3a-plus, '), said)
        self.assertIn("is no board's name", self.refused("../boards/4b"))
        config = self.configured('[board]\nuse = "4b"\n[board.led]\noffset = 17\n')
        self.assertEqual(self.refused("--config", config),
                         'latchkeyctl: board "4b" with [board] of latchkey.toml: button and LED are '
                         "both on offset 17 of pinctrl-bcm2711.\n")
        config = self.configured("[board]\nuze = '4b'\n")
        self.assertEqual(self.refused("--config", config),
                         f"latchkeyctl: {config}:2:1: unknown key `board.uze` (did you mean "
                         "`use`?).\n")
        missing = str(self.folder / "none.toml")
        self.assertEqual(self.refused("--config", missing),
                         f"latchkeyctl: there is no configuration {missing}.\n")
        self.assertIn("No such file", self.refused("4b", "--board-folder", missing))
        self.assertIn("No such file", self.refused("--list", "--board-folder", missing, code=66))
        self.refused("4b", "--list", code=64)

    def test_another_folder_has_other_boards(self):
        (self.folder / "attic.toml").write_text('title = "Attic"\nled.sysfs = "x"\n')
        done = run("--list", "--board-folder", str(self.folder))
        self.assertEqual(done.stdout, "attic        Attic\n")


if __name__ == "__main__":
    unittest.main()
