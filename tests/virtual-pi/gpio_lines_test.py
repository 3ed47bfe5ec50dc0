# SPDX-License-Identifier: MIT
"""hal/gpio/linux on lines of the kernel's: runs gpio_lines_machine, one test case at a time."""

import os
import pathlib
import subprocess
import unittest

PROGRAM = pathlib.Path(os.environ["LATCHKEY_BUILD"]) / "tests" / "gpio_lines_machine"


class GpioLinesTest(unittest.TestCase):
    def test_real_lines(self):
        ran = subprocess.run([PROGRAM], capture_output=True, text=True, timeout=100)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
