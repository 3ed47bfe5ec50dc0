#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/reference/simulated-security-key.md says what latchkey-simulated-key does: its options, its
language, its files, and the Python that is shown. A unit test compares models and knobs."""

import os
import re
import stat
import subprocess
import unittest

from key_test_case import BUILD, KeyTestCase
from simulated_key import DEADLINE, find_program, find_provider, sanitizer_of
from simulated_pi import REPOSITORY, make_folder

PAGE = (REPOSITORY / "docs" / "reference" / "simulated-security-key.md").read_text()


def rows(heading):
    """The first column of a table: what is written as code there."""
    table = PAGE.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0]
    return [re.findall(r"`([^`]+)`", row.split(" | ")[0]) for row in table.splitlines()[1:]]


class Page(KeyTestCase):
    def test_options_are_those_of_help(self):
        text = subprocess.run([find_program(BUILD), "--help"], capture_output=True, text=True,
                              timeout=DEADLINE, check=True).stdout
        options = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text.split("Models:")[0]))
        named = {code.split()[0] for row in rows("| option | does |") for code in row}
        self.assertEqual({name for name in named if name.startswith("-")},
                         {name for name in options if name.startswith("-")})

    def test_state_has_these_fields(self):
        fields = [code for row in rows("| field | is |") for code in row]
        self.assertEqual(fields, list(self.start_key().state()))

    def test_every_line_is_understood_and_no_other(self):
        key = self.start_key()
        lines = [code for row in rows("| line | does | answer |") for code in row]
        for line in lines[:-1]:
            with self.subTest(line=line):
                self.assertEqual(key.control.answer(line), "ok")
        self.assertEqual(lines[-1], "state")
        known = key.control.answer("dance").removeprefix("error: unknown command; known are: ")
        words = {tuple(line.split()[0] for line in known.split(", "))}
        self.assertEqual(words, {tuple(dict.fromkeys(line.split()[0] for line in lines))})

    def test_files_are_these(self):
        key = self.start_key()
        named = {code for row in rows("| in DIR | is |") for code in row}
        files = {path.name for path in key.folder.iterdir()} - {"program.log"}
        self.assertEqual(files, named)
        for name in files:
            mode = stat.S_IMODE(os.stat(key.folder / name).st_mode)
            self.assertEqual(mode, 0o600, name)
        key.unplug()
        self.assertFalse((key.folder / "hid.sock").exists())

    @unittest.skipIf(sanitizer_of(find_provider(BUILD)), "needs another ssh-sk-helper")
    def test_the_python_works(self):
        blocks = re.findall(r"```python\n(.*?)```", PAGE, re.S)
        self.assertEqual(len(blocks), 2)
        names = {}
        for block in blocks:
            exec(block, names)
        folder = str(make_folder(self.folder, "shown"))
        key = names["SecurityKey"](str(find_program(BUILD)), folder)
        self.addCleanup(key.close)
        names["make_key"](key, folder, str(find_provider(BUILD)), str(self.folder / "id"))
        self.assertTrue((self.folder / "id.pub").exists())
        with self.assertRaisesRegex(RuntimeError, "unknown command"):
            key.do("dance")


if __name__ == "__main__":
    unittest.main()
