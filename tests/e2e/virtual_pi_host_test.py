# SPDX-License-Identifier: MIT
"""The virtual Pi's host side, with a QEMU that is a script: what is made once, what a hung machine
gets, what counts. The machine itself is tests/virtual-pi."""

import contextlib
import io
import os
import pathlib
import sys
import tempfile
import types
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / folder) for folder in ("scripts/virtual_pi", "tests/virtual-pi")]

import led_shape  # noqa: E402

from cache import made_once  # noqa: E402
from debian_kernel import fit  # noqa: E402
from lock import hold  # noqa: E402
from machine import Machine  # noqa: E402
from results import read_results  # noqa: E402


class HostTestCase(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)


class Cache(HostTestCase):
    def setUp(self):
        super().setUp()
        self.times = 0

    def make(self, inputs, fails=False):
        def fill(folder):
            self.times += 1
            (folder / "half").write_text("")
            if fails:
                raise OSError("the disk is full")
        return made_once(self.folder / "thing", inputs, fill)

    def test_the_same_inputs_are_made_once(self):
        self.assertEqual(self.make(["6.1"]), self.make(["6.1"]))
        self.assertEqual(self.times, 1)

    def test_other_inputs_are_made_anew_and_the_old_are_removed(self):
        old = self.make(["6.1"])
        new = self.make(["6.12"])
        self.assertNotEqual(old, new)
        self.assertEqual([path.name for path in new.parent.iterdir()], [new.name])

    def test_what_was_not_finished_is_made_again(self):
        with self.assertRaises(OSError):
            self.make(["6.1"], fails=True)
        self.assertTrue((self.make(["6.1"]) / "half").exists())
        self.assertEqual(self.times, 2)


class Lock(HostTestCase):
    def test_a_second_run_ends_at_once_and_a_later_one_does_not(self):
        build = self.folder / "virtual-pi"
        said = io.StringIO()
        with hold(build):
            with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as ended:
                hold(build)
        self.assertEqual(ended.exception.code, os.EX_TEMPFAIL)
        self.assertIn("is running already", said.getvalue())
        hold(build).close()


class Module(unittest.TestCase):
    SOURCE = "handle_simple_irq(irq_to_desc(irqnum));\nEXPORT_SYMBOL_GPL(irq_domain_create_sim);\n"

    def test_what_the_kernel_does_not_export_is_put_otherwise(self):
        self.assertEqual(fit(self.SOURCE, set()), "generic_handle_irq(irqnum);\n\n")

    def test_what_it_exports_stays(self):
        self.assertIn("irq_to_desc", fit(self.SOURCE, {"irq_to_desc"}))


class Results(HostTestCase):
    def test_skipped_is_failed_and_so_is_half_a_line(self):
        (self.folder / "tests.jsonl").write_text(
            '{"outcome": "passed"}\n{"outcome": "skipped"}\n{"outcome": "failed"}\n{"outc')
        self.assertEqual(read_results(self.folder), (1, 3))

    def test_a_machine_that_never_came_up_has_none(self):
        self.assertEqual(read_results(self.folder), (0, 0))


class LedShape(unittest.TestCase):
    """How the suite knows a pattern in what the line did, as often as it waits for each."""

    TIMES = {"WINDOW_OPEN": 2, "TOUCH": 2, "DONE": 1, "REFUSED": 1, "START_AGAIN": 1, "LOCKED": 2}
    OTHERS = ("WORKING", "CONFIRM", "FAULT")

    def changes(self, name, late=0.0):
        """Shown for nine seconds, or once, where it has an end; every third change comes late."""
        lengths = getattr(led_shape, name)
        changes, at = [], 100.0
        while at < 109 and (not changes or len(lengths) % 2 == 0):
            for i, length in enumerate(lengths):
                changes.append((i % 2 == 0, at + (late if len(changes) % 3 == 2 else 0)))
                at += length / 1000
        return [*changes, (len(lengths) % 2 == 0, at)]

    def find(self, name, changes):
        return led_shape.find_pattern(changes, getattr(led_shape, name), self.TIMES[name])

    def test_each_is_known_even_when_changes_come_late(self):
        for name in self.TIMES:
            for late in (0, 0.04):
                with self.subTest(name, late=late):
                    self.assertIsNotNone(self.find(name, self.changes(name, late)))

    def test_none_is_taken_for_another(self):
        for shown in (*self.TIMES, *self.OTHERS):
            for name in self.TIMES:
                if name != shown:
                    with self.subTest(shown, taken_for=name):
                        self.assertIsNone(self.find(name, self.changes(shown)))


class Run(HostTestCase):
    def machine(self, script):
        """A machine whose QEMU is this script."""
        qemu = self.folder / "qemu"
        qemu.write_text(f"#!/bin/sh\n{script}\n")
        qemu.chmod(0o700)
        kernel = types.SimpleNamespace(image=self.folder / "vmlinuz")
        machine = Machine(kernel, "initramfs", {"root": pathlib.Path("/")}, self.folder, "disk")
        machine.program = str(qemu)
        return machine

    def run_suite(self, machine):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            return machine.run_suite(), printed.getvalue()

    def test_what_the_suite_says_is_printed(self):
        self.assertEqual(self.run_suite(self.machine("echo passed")), (True, "passed\n"))

    def test_a_machine_that_says_nothing_more_is_killed(self):
        machine = self.machine("exec tail -f /dev/null")
        machine.silence = 0.2
        off, printed = self.run_suite(machine)
        self.assertFalse(off)
        self.assertIn("was killed: nothing came from it", printed)

    def test_a_machine_that_talks_for_ever_is_killed(self):
        machine = self.machine("while :; do echo again; done")
        machine.whole_run = 0.2
        self.assertFalse(self.run_suite(machine)[0])

    def test_a_machine_that_went_down_in_a_test_is_started_again(self):
        machine = self.machine(f"cd {self.folder}; if [ -e running ]; then rm running; echo second; "
                               "else touch running; echo first; fi")
        self.assertEqual(self.run_suite(machine), (True, "first\nsecond\n"))

    def test_a_qemu_that_fails_is_no_success(self):
        self.assertFalse(self.run_suite(self.machine("exit 1"))[0])

    def test_the_computers_files_are_shared_read_only_and_the_results_are_not(self):
        machine = self.machine("")
        machine.shares = {"root": pathlib.Path("/a,b"), "results": self.folder}
        words = " ".join(machine.command("suite"))
        self.assertIn("path=/a,,b,mount_tag=root,security_model=none,multidevs=remap,readonly=on",
                      words)
        self.assertIn("mount_tag=results,security_model=none,multidevs=remap ", words)


if __name__ == "__main__":
    unittest.main()
