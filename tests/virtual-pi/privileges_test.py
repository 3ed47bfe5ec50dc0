# SPDX-License-Identifier: MIT
"""latchkeyd on a real board: what each of its processes is and may, as the kernel has it."""

import grp
import os
import pathlib
import pwd
import signal
import subprocess
import time

from pi_test_case import PiTestCase
from world import CONTROL, DEADLINE, PROGRAMS, STATE, open_files, wait_until

KILL, SETGID, SETUID, NET_BIND_SERVICE = 5, 6, 7, 10  # capabilities(7)
SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
HELD = ("CapPrm", "CapEff")  # by the monitor
TRIES = 20


def status_of(pid):
    """The fields of /proc/PID/status; None: it has ended."""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def capabilities(status, name):
    mask = int(status[name], 16)
    return {bit for bit in range(64) if mask >> bit & 1}


class RealPiTestCase(PiTestCase):
    START = ("sshd", "daemon")

    def monitor(self):
        return status_of(self.pi.daemon.pid)

    def confined(self, name):
        """A role that has confined itself, which takes it a moment."""
        def look():
            pid = self.pi.processes().get(name)
            status = status_of(pid) if pid else None
            return status if status and status["Seccomp"] == "2" else None
        return wait_until(look, f"{name} is there and confined")

    def catch(self, name, *command):
        """A role that lives for a moment: status, once it has confined itself."""
        children = pathlib.Path(f"/proc/{self.pi.daemon.pid}/task/{self.pi.daemon.pid}/children")
        for _ in range(TRIES):
            seen = None
            process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True)
            while process.poll() is None:
                for pid in children.read_text().split():
                    status = status_of(pid)
                    if status and status["Name"] == name[:15] and status["Seccomp"] == "2":
                        seen = status
            output, _ = process.communicate(timeout=DEADLINE)
            self.assertEqual(process.returncode, 0, output)
            if seen:
                return seen
        self.fail(f"{name} was never seen")


class AtRest(RealPiTestCase):
    def test_the_monitor_is_alone_and_has_one_thread(self):
        self.assertEqual(self.monitor()["Threads"], "1")
        self.assertEqual(list(self.pi.processes()), ["latchkeyd"])

    def test_what_it_writes_is_for_root(self):
        self.assertEqual(oct(STATE.stat().st_mode & 0o7777), "0o700")
        for path in (STATE / "log.jsonl", CONTROL):
            if path.exists():
                self.assertEqual((path.owner(), oct(path.stat().st_mode & 0o7777)),
                                 ("root", "0o600"), path)
        self.assertEqual(oct(CONTROL.parent.stat().st_mode & 0o7777), "0o755")

    def test_a_user_of_the_pi_may_not_ask_it(self):
        refused = self.pi.ctl("status", user="pi")
        self.assertEqual(refused.returncode, 69)
        self.assertIn("sudo", refused.stderr)


class LowPort(RealPiTestCase):
    CONFIG = "port = 722\n"

    def test_a_low_port_takes_one_capability_more_and_can_be_listened_at(self):
        self.assertEqual(capabilities(self.monitor(), "CapEff"),
                         {KILL, SETGID, SETUID, NET_BIND_SERVICE})
        self.button.tap()
        self.assertEqual(self.pi.wait_for_phase("open")["port"], 722)


class InAWindow(RealPiTestCase):
    def setUp(self):
        super().setUp()
        self.button.tap()
        self.pi.wait_for_phase("open")
        for name in ("latchkey-net", "latchkey-token"):
            self.confined(name)

    def test_neither_role_has_a_file_of_another_open(self):
        for name in ("latchkey-net", "latchkey-token"):
            for file in open_files(self.pi.processes()[name]):
                self.assertRegex(file, r"^(socket:|anon_inode:|/dev/null$|pipe:|/.*\.log$|"
                                       r"/run/udev|/dev/urandom|/sys/)", name)
        for file in open_files(self.pi.daemon.pid):
            self.assertNotRegex(file, "hidraw|/home|/etc")

    def test_no_role_may_signal_another_or_the_daemon(self):
        processes = self.pi.processes()
        for user, own in (("_latchkey-net", "latchkey-net"), ("_latchkey-token", "latchkey-token")):
            for name, pid in processes.items():
                with self.subTest(user, name=name):
                    sent = self.pi.run("kill", "-0", pid, user=user)
                    self.assertEqual(sent.returncode == 0, name == own, sent.stderr)

    def test_a_second_press_ends_both_though_they_are_other_users(self):
        self.button.tap()
        self.pi.wait_for_phase("idle")
        wait_until(lambda: list(self.pi.processes()) == ["latchkeyd"], "the roles have ended")

    def test_a_killed_daemon_takes_them_along_though_they_are_other_users(self):
        roles = {name: pid for name, pid in self.pi.processes().items() if name != "latchkeyd"}
        self.assertEqual(set(roles), {"latchkey-net", "latchkey-token"})
        self.pi.stop_daemon(signal.SIGKILL)
        wait_until(lambda: not any(status_of(pid) for pid in roles.values()), "the roles are gone")


class EachProcess(RealPiTestCase):
    """Of a window in which a key is written."""

    def setUp(self):
        super().setUp()
        self.key, made = self.laptop.keygen()
        self.succeed(made)

    def add(self, user="pi"):
        return PROGRAMS / "latchkeyctl", "add", "--user", user, f"{self.key}.pub"

    def look(self, name, status, user, groups=()):
        print(f"    {name:17} uid {'/'.join(sorted(set(status['Uid'].split()))):4} "
              f"gid {'/'.join(sorted(set(status['Gid'].split()))):4} "
              f"groups {status['Groups'].strip() or '-':9} caps {int(status['CapEff'], 16):#05x} "
              f"bounding {int(status['CapBnd'], 16):#x} no_new_privs {status['NoNewPrivs']} "
              f"seccomp {status['Seccomp']}", end="\r\n", flush=True)
        entry = pwd.getpwnam(user)
        self.assertEqual(status["Uid"].split(), [str(entry.pw_uid)] * 4, name)
        self.assertEqual(status["Gid"].split(), [str(entry.pw_gid)] * 4, name)
        self.assertEqual(status["Groups"].split(), [str(group) for group in groups], name)
        for kind in SETS:
            allowed = {KILL, SETGID, SETUID} if user == "root" and kind in HELD else set()
            self.assertEqual(capabilities(status, kind), allowed, f"{name} {kind}")
        self.assertEqual(status["NoNewPrivs"], "1", name)
        if user != "root":
            self.assertEqual(status["Seccomp"], "2", name)

    def test_is_somebody_else_and_may_do_little(self):
        groups = pathlib.Path("/etc/group")
        before = groups.read_text()
        self.addCleanup(groups.write_text, before)
        groups.write_text(before + "gpio-users:x:1200:pi\n")
        self.button.tap()
        self.look("latchkeyd", self.monitor(), "root")
        for name in ("latchkey-net", "latchkey-token"):
            self.look(name, self.confined(name), name.replace("latchkey-", "_latchkey-"))
        self.look("latchkey-verify", self.catch("latchkey-verify", *self.add()), "_latchkey-verify")
        self.look("latchkey-keyfile", self.catch("latchkey-keyfile", *self.add()), "pi",
                  sorted((pwd.getpwnam("pi").pw_gid, grp.getgrnam("gpio-users").gr_gid)))

    def test_the_file_is_its_users_below_a_home_that_root_itself_may_not_enter(self):
        """Without CAP_DAC_OVERRIDE the monitor is one of the others here."""
        home = self.pi.authorized_keys().parents[1]
        mode = home.stat().st_mode & 0o7777
        self.addCleanup(home.chmod, mode)
        home.chmod(0o700)
        self.succeed(self.pi.ctl(*self.add()[1:]))
        path = self.pi.authorized_keys()
        self.assertEqual((path.owner(), path.group(), oct(path.stat().st_mode & 0o7777)),
                         ("pi", "pi", "0o600"))
        self.assertEqual(self.succeed(self.laptop.ssh(options=["-i", self.key])), "logged in\n")


class Starting(PiTestCase):
    def start(self, *before):
        """Runs the daemon to its end, since it cannot start; (status, what it said)."""
        done = subprocess.run([*before, PROGRAMS / "latchkeyd"], capture_output=True, text=True,
                              timeout=DEADLINE, stdin=subprocess.DEVNULL)
        return done.returncode, done.stderr

    def test_not_as_root_it_says_what_to_do(self):
        refused = self.pi.run(PROGRAMS / "latchkeyd")
        self.assertEqual(refused.returncode, 77)
        self.assertIn("sudo", refused.stderr)
        self.assertIn("--simulate", refused.stderr)
        self.assertEqual(len(refused.stderr.splitlines()), 1)

    def test_without_the_users_of_its_roles_it_names_one_and_who_makes_it(self):
        passwd = pathlib.Path("/etc/passwd")
        before = passwd.read_text()
        self.addCleanup(passwd.write_text, before)
        passwd.write_text("".join(line for line in before.splitlines(True)
                                  if not line.startswith("_latchkey-token:")))
        status, said = self.start()
        self.assertEqual(status, 78)
        self.assertIn("_latchkey-token", said)
        self.assertIn("systemd-sysusers", said)

    def test_without_the_chip_it_says_which_there_are(self):
        self.pi.configure('[board]\nuse = "5"\n')
        status, said = self.start()
        self.assertEqual(status, 78)
        self.assertIn("pinctrl-rp1", said)
        self.assertIn("pinctrl-bcm2711", said)

    def test_a_second_one_is_told_of_the_first_which_goes_on(self):
        self.pi.start_daemon()
        status, said = self.start()
        self.assertEqual(status, 78)
        self.assertIn("another latchkeyd is running", said)
        self.assertIsNone(self.pi.daemon.poll())

    def test_a_button_that_is_down_opens_nothing_and_is_said(self):
        # gpio-sim's line goes to where a driver pulls it; an outer resistor it leaves alone.
        self.pi.configure('[board]\nuse = "4b"\n[board.button]\nbias = "as-is"\n')
        self.button.press()
        self.pi.start_daemon()
        self.button.release()
        wait_until(lambda: any("button down" in entry.get("doing", "")
                               for entry in self.pi.log_entries()), "the log says it")
        self.assertEqual(self.pi.status()["phase"], "idle")
        self.button.tap()
        self.assertTrue(self.pi.wait_for_phase("open"))


class Breaking(RealPiTestCase):
    def seconds_spent(self):
        """Of processor time, by the daemon itself; none when it has ended."""
        try:
            fields = pathlib.Path(f"/proc/{self.pi.daemon.pid}/stat").read_text().split(") ")[1]
        except FileNotFoundError:
            return 0
        return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def test_a_chip_that_goes_away_ends_the_daemon_with_an_error(self):
        self.button.tap()
        self.pi.wait_for_phase("open")
        live = self.chip.config / "live"
        live.write_text("0")
        self.addCleanup(live.write_text, "1")
        spent = [self.seconds_spent()]
        while self.pi.daemon.poll() is None:
            spent.append(self.seconds_spent())
            time.sleep(0.1)
        self.assertEqual(self.pi.stop_daemon(), 69)
        self.assertLess(max(spent) - spent[0], 3, "for ten seconds in which it does not spin")
        faults = [entry for entry in self.pi.log_entries() if entry["event"] == "fault"]
        self.assertGreaterEqual(len(faults), 1)
        self.assertLessEqual(len(faults), 3)
        self.assertIn("cannot go on", self.pi.log())
