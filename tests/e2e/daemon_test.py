#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""latchkeyd at rest, in trouble and at its end."""

import os
import pathlib
import select
import signal
import subprocess
import time
import unittest

from simulated_pi import DEADLINE
from world_test_case import WorldTestCase


def children_of(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def roles_of(pid):
    """Process numbers by the name of the role."""
    return {pathlib.Path(f"/proc/{child}/comm").read_text().strip(): int(child)
            for child in children_of(pid)}


def listeners_of(pids):
    """Lines of `ss -ltnp` that belong to one of the processes."""
    shown = subprocess.run(["ss", "-ltnpH"], capture_output=True, text=True, check=True).stdout
    return [line for line in shown.splitlines() if any(f"pid={pid}," in line for pid in pids)]


def listeners_on(port):
    """Whoever they belong to: another user's, or a confined role's, are not told."""
    shown = subprocess.run(["ss", "-ltnH", f"sport = :{port}"], capture_output=True, text=True,
                           check=True).stdout
    return shown.splitlines()


class Daemon(WorldTestCase):
    def test_closed_it_is_one_process_without_a_listener(self):
        pid = self.pi.daemon.pid
        self.assertEqual(children_of(pid), [])
        self.assertEqual(listeners_of([pid]), [])
        board, port = self.open_window()
        self.wait_for(lambda: set(roles_of(pid)) == {"latchkey-net", "latchkey-token"})
        self.assertTrue(listeners_on(port))
        self.assertEqual(listeners_of([pid]), [], "the listening socket is net's alone")
        board.command("tap")
        self.pi.wait_for_phase("idle")
        self.wait_for(lambda: not children_of(pid))
        self.assertEqual(listeners_on(port), [])

    def wait_for(self, condition):
        """Until it holds; a process needs a moment to be gone."""
        end = time.monotonic() + DEADLINE
        while not condition():
            self.assertLess(time.monotonic(), end)
            select.select([], [], [], 0.01)

    def wait_for_end(self, pid):
        """Until that process is gone, by its pidfd."""
        try:
            descriptor = os.pidfd_open(int(pid))
        except ProcessLookupError:
            return
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        ended = poll.poll(DEADLINE * 1000)
        os.close(descriptor)
        self.assertTrue(ended, f"process {pid} does not end")

    def test_at_rest_it_makes_no_system_call_for_ten_seconds(self):
        trace = self.pi.folder / "trace"
        strace = ["timeout", "--preserve-status", "-s", "INT", "10", "strace", "-f", "-qq",
                  "-o", str(trace), "-p", str(self.pi.daemon.pid)]
        done = subprocess.run(strace, capture_output=True, text=True)
        self.assertTrue(trace.exists(), done.stderr)
        # The call it is waiting in is shown as interrupted or resumed when strace comes and goes.
        calls = [line for line in trace.read_text().splitlines()
                 if "epoll_wait" not in line and "restart_syscall" not in line]
        self.assertEqual(calls, [])

    def test_roles_are_confined(self):
        self.open_window()
        for role, pid in self.roles().items():
            with self.subTest(role):
                # It confines itself once it runs, which may be a moment after its name is there.
                self.wait_for(lambda: self.privileges(pid) == ("1", "2"))

    def roles(self):
        """Both roles of an open window."""
        self.wait_for(lambda: len(roles_of(self.pi.daemon.pid)) == 2)
        return roles_of(self.pi.daemon.pid)

    @staticmethod
    def privileges(pid):
        """NoNewPrivs and Seccomp of a process."""
        status = dict(line.split(":\t", 1) for line in
                      pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
                      if ":\t" in line)
        return status["NoNewPrivs"], status["Seccomp"]

    def test_a_killed_role_closes_the_window_and_the_daemon_lives(self):
        board, _ = self.open_window()
        for role in ("latchkey-net", "latchkey-token"):
            with self.subTest(role):
                os.kill(self.roles()[role], signal.SIGKILL)
                status = self.pi.wait_for_phase("idle")
                self.assertEqual(status["last_ending"], "service_failed")
                self.wait_for(lambda: not children_of(self.pi.daemon.pid))
                board.command("tap")
                self.pi.wait_for_phase("open")

    def test_a_killed_daemon_takes_its_roles_along_and_starts_closed(self):
        board, port = self.open_window()
        children = children_of(self.pi.daemon.pid)
        self.pi.stop_daemon(signal.SIGKILL)
        for child in children:
            self.wait_for_end(child)
        self.pi.start_daemon()
        status = self.pi.status()
        self.assertEqual((status["phase"], status["port"]), ("idle", 0))

    def test_asked_to_end_in_an_open_window_it_closes_it_first(self):
        board, _ = self.open_window()
        self.assertEqual(self.pi.stop_daemon(), 0)
        self.assertEqual(self.pi.log_entries()[-1]["reason"], "shut_down")
        self.assertFalse((self.pi.simulation / "ctl.sock").exists())
        self.assertFalse((self.pi.simulation / "board.sock").exists())

    def test_a_second_daemon_on_the_same_board_is_refused(self):
        done = subprocess.run(
            [str(self.pi.programs / "latchkeyd"), "--simulate", str(self.pi.simulation)],
            env=self.pi.household.environment(), capture_output=True, text=True, timeout=DEADLINE)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("cannot start", done.stderr)
        self.assertEqual(self.pi.status()["phase"], "idle")


class RealBoard(WorldTestCase):
    """Without --simulate, as far as that goes on a machine that is no Pi."""

    START = False

    def start(self, *arguments, **options):
        return subprocess.run([str(self.pi.programs / "latchkeyd"), *arguments],
                              env=self.pi.household.environment(), capture_output=True, text=True,
                              timeout=DEADLINE, stdin=subprocess.DEVNULL, **options)

    def test_it_is_for_root_and_says_what_else_can_be_done(self):
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        try:
            done = self.start(**nobody)
        except PermissionError:
            self.skipTest("nobody may start programs of this build folder")
        self.assertEqual(done.returncode, 77)
        for word in ("root", "sudo", "--simulate"):
            self.assertIn(word, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    @unittest.skipIf(os.getuid() != 0, "root's alone")
    def test_a_board_that_is_not_there_is_named_with_those_that_are(self):
        config = self.pi.folder / "real.toml"
        config.write_text('[board]\nuse = "4c"\n')
        done = self.start("--config", str(config))
        self.assertEqual(done.returncode, 78)
        self.assertIn('"4c"', done.stderr)
        self.assertIn("4b", done.stderr)


class BadConfiguration(WorldTestCase):
    START = False

    def test_an_unknown_key_is_named_with_its_line(self):
        (self.pi.simulation / "latchkey.toml").write_text("port = 0\nprot = 1\n")
        done = subprocess.run(
            [str(self.pi.programs / "latchkeyd"), "--simulate", str(self.pi.simulation)],
            env=self.pi.household.environment(), capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 78)
        self.assertIn("latchkey.toml:2:", done.stderr)
        self.assertIn("prot", done.stderr)

    def test_a_power_cut_in_the_log_loses_no_line(self):
        state = self.pi.simulation / "state"
        state.mkdir(mode=0o700)
        (state / "log.jsonl").write_text('{"seq":1,"event":"torn')
        self.pi.start_daemon()
        self.pi.stop_daemon()
        lines = (state / "log.jsonl").read_text().splitlines()
        self.assertEqual(lines[0], '{"seq":1,"event":"torn')
        self.assertEqual(len(lines), 2)


if __name__ == "__main__":
    unittest.main()
