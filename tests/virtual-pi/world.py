# SPDX-License-Identifier: MIT
"""The Pi and the laptop of a story, both on this machine: the Pi with its real files, users and
sshd on port 22, the laptop in a network namespace behind a cable, with the user sam."""

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

BUILD = pathlib.Path(os.environ.get("LATCHKEY_BUILD", "/latchkey/build"))
RESULTS = pathlib.Path(os.environ.get("LATCHKEY_RESULTS", "/latchkey/results"))
PROGRAMS = BUILD / "bin"
DEADLINE = 60.0  # seconds: for what a machine does; nothing waits for it to pass
PI_ADDRESS, LAPTOP_ADDRESS = "10.55.0.1", "10.55.0.2"
CONFIG = pathlib.Path("/etc/latchkey/latchkey.toml")
STATE = pathlib.Path("/var/lib/latchkey")
INTERMEDIATES = pathlib.Path("/usr/share/latchkey/intermediates.d")
CONTROL = pathlib.Path("/run/latchkey/ctl.sock")
BOARD = '[board]\nuse = "4b"\n'
SSHD_CONFIG = """\
HostKey /etc/ssh/ssh_host_ed25519_key
PidFile none
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
Subsystem sftp internal-sftp
"""
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def open_files(pid):
    """What a process has open, without what it closes meanwhile."""
    found = []
    for path in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(path))
        except FileNotFoundError:
            pass
    return found


def environment_of(user, **extra):
    entry = pwd.getpwnam(user)
    return {"PATH": f"{PROGRAMS}:{PATH}", "LC_ALL": "C.UTF-8", "HOME": entry.pw_dir, "USER": user,
            "LOGNAME": user, "SHELL": entry.pw_shell, **extra}


def as_user(user):
    """The words before a command that make it this user's, with his groups and nothing more."""
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups",
            "--inh-caps=-all", "--"]


def wait_until(true, what, deadline=DEADLINE):
    """Asks until `true()` is something; that."""
    end = time.monotonic() + deadline
    while True:
        answer = true()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {deadline:.0f} s")
        time.sleep(0.02)


class Pi:
    """latchkeyd as it is installed: root, real paths, the board's real lines. sshd beside it."""

    def __init__(self):
        self.sshd = None
        self.daemon = None
        self.log_path = RESULTS / "latchkeyd.log"
        self.log_start = 0

    # --- sshd ---------------------------------------------------------------------------------

    def start_sshd(self, extra=""):
        """The real one, on port 22. Returns when it answers."""
        folder = pathlib.Path("/etc/ssh")
        host_key = folder / "ssh_host_ed25519_key"
        if not host_key.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "raspberrypi",
                            "-f", host_key], check=True)
        (folder / "sshd_config").write_text(SSHD_CONFIG + extra)
        with open(RESULTS / "sshd.log", "ab") as log:
            self.sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e"], stdin=subprocess.DEVNULL,
                                         stdout=log, stderr=log)
        wait_until(self.sshd_answers, "sshd answers")

    def sshd_answers(self):
        if self.sshd.poll() is not None:
            raise RuntimeError("sshd: " + (RESULTS / "sshd.log").read_text())
        try:
            with socket.create_connection((PI_ADDRESS, 22), timeout=DEADLINE) as connection:
                return connection.recv(4) == b"SSH-"
        except ConnectionRefusedError:
            return False

    def stop_sshd(self):
        if self.sshd:
            self.sshd.terminate()
            self.sshd.wait()
            self.sshd = None

    # --- latchkeyd ----------------------------------------------------------------------------

    def configure(self, config=""):
        """latchkey.toml: the board, the fast code, and `config` (top-level keys first)."""
        CONFIG.parent.mkdir(exist_ok=True)
        speed = "" if "speed" in config else 'speed = "fast"\n'
        board = "" if "[board]" in config else BOARD
        CONFIG.write_text(f"{speed}{config}\n{board}")

    def start_daemon(self, *arguments, wait=True):
        """Returns when it says that it is ready; with wait=False at once."""
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = pathlib.Path("/run/ready.sock")
        name.unlink(missing_ok=True)
        ready.bind(str(name))
        ready.settimeout(0.1)
        self.log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
        with open(self.log_path, "ab") as log:
            self.daemon = subprocess.Popen(
                [PROGRAMS / "latchkeyd", *arguments], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd="/",
                env={"PATH": PATH, "LC_ALL": "C.UTF-8", "NOTIFY_SOCKET": str(name)})
        with ready:
            if wait:
                wait_until(lambda: self.is_ready(ready), "latchkeyd is ready")

    def is_ready(self, ready):
        try:
            return ready.recv(64) == b"READY=1"
        except TimeoutError:
            if self.daemon.poll() is not None:
                raise RuntimeError("latchkeyd: " + self.log()) from None
            return False

    def stop_daemon(self, how=signal.SIGTERM):
        """Its exit status; None when it was not running."""
        if not self.daemon:
            return None
        self.daemon.send_signal(how)
        status = self.daemon.wait(DEADLINE)
        self.daemon = None
        return status

    def log(self):
        """What the daemon has printed since it was started last."""
        return self.log_path.read_bytes()[self.log_start:].decode(errors="replace")

    def log_entries(self):
        """The audit log."""
        path = STATE / "log.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def ctl(self, *arguments, user="root"):
        """Runs latchkeyctl to its end, as root or as a user of the Pi."""
        return self.run(PROGRAMS / "latchkeyctl", *arguments, user=user)

    def status(self):
        done = self.ctl("status", "--json")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)

    def wait_for_phase(self, *phases):
        """Until the window is in one of the phases; the status then."""
        def there():
            status = self.status()
            return status if status["phase"] in phases else None
        return wait_until(there, f"the window is {' or '.join(phases)}")

    def processes(self):
        """{name: pid} of latchkeyd and of the roles that run under it; one that ends meanwhile is
        not among them."""
        found, pids = {}, [self.daemon.pid]
        for pid in pids:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found[pathlib.Path(f"/proc/{pid}/comm").read_text().strip()] = pid
                for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                    pids += map(int, task.read_text().split())
        return found

    # --- users --------------------------------------------------------------------------------

    def run(self, *command, user="pi", **options):
        """A user of the Pi runs a program to its end."""
        before = [] if user == "root" else as_user(user)
        return subprocess.run([*before, *map(str, command)], env=environment_of(user),
                              capture_output=True, text=True, timeout=DEADLINE,
                              stdin=subprocess.DEVNULL, cwd="/", **options)

    def authorized_keys(self, user="pi"):
        return pathlib.Path(pwd.getpwnam(user).pw_dir) / ".ssh" / "authorized_keys"

    def allow(self, public_key, user="pi"):
        """What an administrator does without latchkey: a line of a .pub file for this user."""
        path = self.authorized_keys(user)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(path, "a") as file:
            file.write(pathlib.Path(public_key).read_text())
        path.chmod(0o600)
        for owned in (path, path.parent):
            shutil.chown(owned, user, user)

    def trust(self, key):
        """The maker of these keys: the root of its attestations, and the certificate below it,
        which libfido2 before 1.15 does not pass on. Who checks them is a user of his own."""
        for folder, certificate in ((CONFIG.parent / "roots.d", key.root),
                                    (INTERMEDIATES, key.intermediate)):
            folder.mkdir(parents=True, exist_ok=True)
            copy = folder / "simulated-security-key.pem"
            shutil.copy(certificate, copy)
            copy.chmod(0o644)

    # --- between tests ------------------------------------------------------------------------

    def reset(self):
        """As after the first boot: nobody enrolled, nothing remembered; host keys stay."""
        self.stop_daemon(signal.SIGKILL)
        self.stop_sshd()
        empty(STATE)
        empty(CONFIG.parent)
        empty(INTERMEDIATES)
        for user in ("pi", "anna"):
            shutil.rmtree(self.authorized_keys(user).parent, ignore_errors=True)


class Laptop:
    """sam's computer: a network of its own, no privileges, and the second USB port."""

    USER = "sam"

    def __init__(self):
        self.home = pathlib.Path(pwd.getpwnam(self.USER).pw_dir)
        self.own = {}  # variables of its environment

    def command(self, *words):
        """The whole command line of one that runs on the laptop."""
        return ["nsenter", "--net=/run/netns/laptop", "--", *as_user(self.USER), *map(str, words)]

    def environment(self, **extra):
        return environment_of(self.USER, **self.own, **extra)

    def popen(self, *command, environment=None, **options):
        """Starts a program of the laptop; latchkey is in its PATH."""
        return subprocess.Popen(self.command(*command), env=self.environment(**environment or {}),
                                text=True, cwd=self.home, **options)

    def run(self, *command, environment=None, **options):
        """Runs a program of the laptop to its end."""
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(self.command(*command), env=self.environment(**environment or {}),
                              capture_output=True, text=True, timeout=DEADLINE, cwd=self.home,
                              **options)

    def keygen(self, kind="ed25519", name=None, *options, **keywords):
        """A key pair in ~/.ssh, without passphrase; the path of its private half, and all that
        ssh-keygen ended with."""
        path = self.home / ".ssh" / (name or f"id_{kind.replace('-', '_')}")
        self.run("mkdir", "-p", "-m", "700", path.parent)
        return path, self.run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "sam@laptop", "-f",
                              path, *options, **keywords)

    def ssh(self, user="pi", command="echo logged in", options=(), **keywords):
        """A plain ssh to the Pi, which asks nobody and trusts a new host."""
        return self.run("ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new",
                        *options, f"{user}@{PI_ADDRESS}", command, **keywords)

    def reset(self):
        shutil.rmtree(self.home / ".ssh", ignore_errors=True)
        self.own = {}


def empty(folder):
    """A mount point stays."""
    for path in folder.iterdir() if folder.exists() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
