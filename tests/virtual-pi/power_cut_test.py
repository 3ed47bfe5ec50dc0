#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The power goes in the middle of writes, on an ext4 with its journal; what is there afterwards is
looked at by the next boot, which then cuts the power at the next moment. And the daemon is killed
in the middle of them."""

import hashlib
import json
import os
import pathlib
import signal
import subprocess
import threading
import time
import unittest

import power
from inotify import CLOSE_WRITE, CREATE, MODIFY, MOVED_TO, Watch
from pairing_test_case import PairingTestCase
from world import DEADLINE, PROGRAMS, RESULTS, STATE, environment_of
from world_test_case import another_code

SSH, LOG = "ssh", "log"
KEYS = "authorized_keys"
# Where, what, and of which file (None: any): a new file beside authorized_keys is there, is
# written, has taken its place; the log gets its line. Each at the first write, and one with keys
# behind it.
MOMENTS = ((SSH, CREATE, None), (SSH, MODIFY, None), (SSH, CLOSE_WRITE, None),
           (SSH, MOVED_TO, KEYS), (LOG, MODIFY, "log.jsonl"))
# Each cut costs a boot: without LATCHKEY_LONG_TESTS, those of what replaces and what appends.
CUTS = MOMENTS if "LATCHKEY_LONG_TESTS" in os.environ else (MOMENTS[1], *MOMENTS[3:])
BEFORE = 2  # keys that are added before the one in whose middle the power goes
ACKNOWLEDGED = RESULTS / "acknowledged.txt"  # the computer's own disk, out of reach of the cut
SYNCED, IN_MEMORY = pathlib.Path("/home/pi/synced"), pathlib.Path("/etc/in-memory")


class WritingTestCase(PairingTestCase):
    def new_key(self):
        """A public key that nobody has had before."""
        path = RESULTS / "new-key"
        for old in (path, path.with_suffix(".pub")):
            old.unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "power", "-f", path],
                       check=True)
        return path.with_suffix(".pub").read_text()

    def try_to_add(self, line):
        """Written down outside as soon as it is acknowledged."""
        done = subprocess.run([PROGRAMS / "latchkeyctl", "add", "-"], input=line, text=True,
                              env=environment_of("root"), capture_output=True, timeout=DEADLINE)
        if done.returncode == 0:
            with open(ACKNOWLEDGED, "a") as file:
                file.write(line)
        return done

    def add(self, line):
        self.succeed(self.try_to_add(line))

    def in_the_middle(self, moment, act):
        """Adds a key, and does `act` when it comes to this moment. Fails when that never comes."""
        where, what, name = moment
        folder = STATE if where == LOG else self.pi.authorized_keys().parent
        line = self.new_key()
        with Watch(folder, what) as watch:
            writer = threading.Thread(target=self.try_to_add, args=(line,), daemon=True)
            writer.start()
            end = time.monotonic() + DEADLINE
            names = watch.next(DEADLINE)
            while names and name not in (None, *names):
                names = watch.next(end - time.monotonic())
            if names:
                act()
            writer.join(DEADLINE)
        self.assertTrue(names, f"{moment} never came")

    def check(self, unheard):
        """What was acknowledged is in the file, and all of it is whole: its lines. `unheard`: so
        many more at most, which were written without anybody having heard of it."""
        acknowledged = ACKNOWLEDGED.read_text().splitlines()
        text = self.pi.authorized_keys().read_text()
        lines = text.splitlines()
        self.assertTrue(text.endswith("\n"))
        self.assertEqual(len(set(lines)), len(lines))
        self.assertLessEqual(set(acknowledged), set(lines))
        self.assertLessEqual(len(lines), len(acknowledged) + unheard)
        for line in lines:
            listed = subprocess.run(["ssh-keygen", "-l", "-f", "-"], input=line, text=True,
                                    capture_output=True)
            self.assertEqual(listed.returncode, 0, f"{line!r} {listed.stderr}")
        self.assert_private("pi")
        self.check_log(len(acknowledged))
        self.assertFalse(self.led.lit())
        self.add(self.new_key())
        self.assertEqual(self.lines()[:len(lines)], lines)
        return lines

    def check_log(self, at_least):
        """Every line has the hash of the one before, torn ones included."""
        before, added = b"0" * 64, 0
        for line in (STATE / "log.jsonl").read_bytes().splitlines():
            try:
                entry = json.loads(line)
                self.assertEqual(entry["prev"], before.decode(), entry)
                added += entry["event"] == "manual-enrolled"
            except ValueError:
                pass  # the end came in its middle
            before = hashlib.sha256(line).hexdigest().encode()
        self.assertGreaterEqual(added, at_least)


class PowerCuts(WritingTestCase):
    def setUp(self):
        self.note = power.after_cut()
        super().setUp()

    def reset(self):
        if self.note is None:
            super().reset()

    def test_nothing_that_was_written_is_lost_or_torn(self):
        """Checked at once after each boot: what fails ends the test, with its name in the
        journal."""
        done = 0
        if self.note is None:
            ACKNOWLEDGED.write_text("")
            self.spend_a_guess()
            self.leave_signs()
        else:
            done = self.note["cuts"]
            self.look(done)
        if done < len(CUTS):
            self.add_keys_until_the_power_goes(done)

    # --- before the cut -----------------------------------------------------------------------

    def spend_a_guess(self):
        """A window in which somebody guesses wrongly, and which the power cut ends."""
        read_code = self.pair()
        process = self.start("enroll", "--software", "--no-verify")
        status, result, errors = self.finish(process, another_code(read_code()))
        self.assertEqual(result.get("error"), "code-wrong", f"{status} {errors}")

    def leave_signs(self):
        """By which a cut is told from a shutdown."""
        with open(SYNCED, "w") as file:
            file.write("here\n")
            file.flush()
            os.fsync(file.fileno())
        IN_MEMORY.write_text("")

    def add_keys_until_the_power_goes(self, done):
        if self.pi.status()["phase"] != "open":
            self.press()
        for _ in range(BEFORE):
            self.add(self.new_key())
        power.prepare({"cuts": done + 1})
        try:
            self.in_the_middle(CUTS[done], power.off)
        finally:
            power.stay()

    # --- after it -----------------------------------------------------------------------------

    def look(self, cuts):
        """The daemon runs again, on what the disk has."""
        self.assertEqual(SYNCED.read_text(), "here\n")
        self.assertFalse(IN_MEMORY.exists())
        self.assertIn("recovery complete", self.run_tool("dmesg"))
        status = self.pi.status()
        self.assertEqual((status["phase"], status["port"]), ("idle", 0))
        self.assertEqual(status["failed_windows"], 1)
        lines = self.check(unheard=cuts)
        print(f"    after power cut {cuts} of {len(CUTS)}: {len(lines)} keys in the file, "
              f"{len(ACKNOWLEDGED.read_text().splitlines()) - 1} of them acknowledged",
              end="\r\n", flush=True)


class KilledDaemon(WritingTestCase):
    def test_one_that_is_killed_in_the_middle_of_a_write_leaves_whole_files(self):
        ACKNOWLEDGED.write_text("")
        self.add(self.new_key())
        for kills, moment in enumerate(CUTS, start=1):
            self.in_the_middle(moment, lambda: self.pi.stop_daemon(signal.SIGKILL))
            self.pi.start_daemon()
            self.assertEqual(self.pi.status()["phase"], "idle", moment)
            self.check(unheard=kills)


if __name__ == "__main__":
    unittest.main()
