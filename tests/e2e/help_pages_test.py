#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reference page of each program names the commands and options that its --help names, each in
the section of its command, and no others."""

import pathlib
import re
import subprocess
import sys
import unittest

PROGRAMS = pathlib.Path(sys.argv[1])
PAGES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference"
EVERYWHERE = {"-h", "--help"}  # said once, at the top of the page


def help_of(*words):
    done = subprocess.run([PROGRAMS / words[0], *words[1:], "--help"], capture_output=True,
                          text=True, timeout=60, check=True)
    return done.stdout


def parts_of_help(text):
    """(options, subcommands) that a help text names."""
    options, commands, heading = set(), set(), ""
    for line in text.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            heading = line
        entry = re.match(r"^  (\S+)", line)
        if entry and heading == "Options:":
            options |= set(re.sub(r"[={].*", "", entry[1]).split(","))
        if entry and heading == "Subcommands:":
            commands.add(entry[1])
    return options, commands


def parts_of_page(program):
    """{command: options} of a page; "" is what stands before the first command."""
    parts, command = {"": set()}, ""
    for line in (PAGES / f"{program}.md").read_text().splitlines():
        heading = re.match(rf"^## {program} (\S+)$", line)
        if heading:
            command = heading[1]
            parts[command] = set()
        if line.startswith("| `-"):
            first = line.split(" | ")[0]
            parts[command] |= {code.split()[0] for code in re.findall(r"`([^`]+)`", first)}
    return parts


class HelpAndPage(unittest.TestCase):
    def check(self, program):
        page = parts_of_page(program)
        options, commands = parts_of_help(help_of(program))
        self.assertIn("--help", options)  # what we read is a help text
        self.assertEqual(page.pop(""), options)
        self.assertEqual(set(page), commands)
        for command, named in page.items():
            options, _ = parts_of_help(help_of(program, command))
            with self.subTest(command=command):
                self.assertEqual(named, options - EVERYWHERE)

    def test_latchkey(self):
        self.check("latchkey")

    def test_latchkeyctl(self):
        self.check("latchkeyctl")

    def test_latchkeyd(self):
        self.check("latchkeyd")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
