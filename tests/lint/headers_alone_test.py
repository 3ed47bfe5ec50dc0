#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""headers_alone.py fails on a header that needs another first, and forgets nothing it should know.

    headers_alone_test.py COMPILER
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("headers_alone.py")
COMPILER = sys.argv.pop(1) if len(sys.argv) > 1 else "c++"


class HeadersAlone(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.write("core/name.hpp", "#pragma once\nusing Name = int;\n")
        self.write("core/user.hpp", '#pragma once\n#include "core/name.hpp"\nextern Name name;\n')

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def run_check(self):
        done = subprocess.run([sys.executable, SCRIPT, COMPILER, self.root / "build", self.root],
                              stdout=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stdout

    def test_headers_that_stand_alone_pass_and_are_remembered(self):
        status, output = self.run_check()
        self.assertEqual((status, output), (0, "2 headers, 0 proved by the build, 2 compiled, 0 failed\n"))
        self.assertEqual(self.run_check(), (0, "2 headers, 0 proved by the build, 0 compiled, 0 failed\n"))

    def test_a_header_that_needs_another_first_fails_every_time(self):
        self.write("core/user.hpp", "#pragma once\nextern Name name;\n")
        for _ in range(2):
            status, output = self.run_check()
            self.assertEqual(status, 1)
            self.assertIn("core/user.hpp does not compile alone", output)

    def test_a_change_in_an_included_header_is_noticed(self):
        self.run_check()
        self.write("core/name.hpp", "#pragma once\nusing Other = int;\n")
        self.assertEqual(self.run_check()[0], 1)

    def test_a_header_first_in_its_own_compiled_source_is_proved_by_the_build(self):
        source = self.root / "core/user.cpp"
        self.write("build/compile_commands.json", json.dumps([{"file": str(source)}]))
        for text, proved in (('#include "core/user.hpp"\n#include <string>\n', 1),
                             ('#include <string>\n#include "core/user.hpp"\n', 0)):
            self.write("core/user.cpp", text)
            self.assertIn(f"2 headers, {proved} proved by the build", self.run_check()[1])

    def test_a_source_that_is_not_built_proves_nothing(self):
        self.write("core/user.cpp", '#include "core/user.hpp"\n')
        self.assertIn("0 proved by the build", self.run_check()[1])

    def test_no_headers_is_no_success(self):
        for name in ("name", "user"):
            (self.root / f"core/{name}.hpp").unlink()
        self.assertEqual(self.run_check()[0], 1)


if __name__ == "__main__":
    unittest.main()
