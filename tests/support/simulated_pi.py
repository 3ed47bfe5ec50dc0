# SPDX-License-Identifier: MIT
"""A Pi and a laptop on this machine: real latchkeyd, real sshd, real ssh; only button and LED are
simulated. Both have a home of their own through libnss-wrapper, so nothing of the person who runs
this is touched, and sshd's StrictModes stays on."""

import grp
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time

from led import LedReader

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEADLINE = 60.0  # seconds: for what a machine does; nothing waits for it to pass


def find_nss_wrapper():
    """The preload library of the Debian package libnss-wrapper."""
    for folder in ("/usr/lib", "/usr/lib64", "/lib"):
        for found in sorted(pathlib.Path(folder).rglob("libnss_wrapper.so")):
            return str(found)
    raise SystemExit("libnss_wrapper.so is missing: apt-get install libnss-wrapper")


def free_port():
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Household:
    """A user database of its own for the programs started with its environment."""

    def __init__(self, folder, user):
        self.user = user
        self.folder = folder
        self.home = folder / "home" / user
        self.home.mkdir(parents=True, mode=0o755, exist_ok=True)
        os.chmod(self.home, 0o755)
        self.passwd = folder / "passwd"
        self.group = folder / "group"
        entries = [f"{user}:x:{os.getuid()}:{os.getgid()}:{user}:{self.home}:/bin/sh"]
        groups = [f"{user}:x:{os.getgid()}:"]
        if os.getuid() != 0:
            entries.append("root:x:0:0:root:/root:/bin/sh")
        try:
            sshd = pwd.getpwnam("sshd")
            entries.append(f"sshd:x:{sshd.pw_uid}:{sshd.pw_gid}::/run/sshd:/usr/sbin/nologin")
            nogroup = grp.getgrgid(sshd.pw_gid)
            groups.append(f"{nogroup.gr_name}:x:{nogroup.gr_gid}:")
        except KeyError:
            pass
        self.passwd.write_text("\n".join(entries) + "\n")
        self.group.write_text("\n".join(groups) + "\n")
        self.own = {}  # variables of this household alone

    def environment(self, **extra):
        """What a program of this household is started with."""
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self.home),
            "USER": self.user,
            "LD_PRELOAD": find_nss_wrapper(),
            "NSS_WRAPPER_PASSWD": str(self.passwd),
            "NSS_WRAPPER_GROUP": str(self.group),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TERM"):
            if name in os.environ:
                environment[name] = os.environ[name]
        environment.update(self.own)
        environment.update(extra)
        return environment


class Board:
    """The person at the Pi: presses the button, watches the LED. The language of board.sock is in
    docs/reference/simulated-board.md."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.socket.settimeout(DEADLINE)
        self.buffer = b""
        self.edges = []  # (on, milliseconds since boot)

    def close(self):
        self.socket.close()

    def fileno(self):
        return self.socket.fileno()

    def read_line(self):
        """The next line; LED edges are remembered on the way."""
        while b"\n" not in self.buffer:
            piece = self.socket.recv(4096)
            if not piece:
                raise ConnectionError("the board is gone")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\n", 1)
        words = line.decode().split()
        if words and words[0] == "led":
            self.edges.append((words[1] == "1", int(words[2])))
        return line.decode()

    def command(self, text):
        """press, release, tap, hold MS: returns when it has happened."""
        self.socket.sendall(text.encode() + b"\n")
        while True:
            line = self.read_line()
            if line.startswith("led "):
                continue
            if line != "ok":
                raise RuntimeError(f"{text}: {line}")
            return

    def read_code(self, on_edge=None):
        """Watches the LED until it has blinked a whole code."""
        reader = LedReader()
        self.edges.clear()
        while True:
            self.read_line()
            while self.edges:
                edge = self.edges.pop(0)
                if on_edge:
                    on_edge(edge[0])
                code = reader.feed(*edge)
                if code:
                    return code


class SimulatedPi:
    """latchkeyd on a simulated board and an sshd, both serving the user `pi`."""

    def __init__(self, folder, programs, config="", sshd_config="", user="pi"):
        self.folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.household = Household(self.folder, user)
        self.user = user
        self.simulation = self.folder / "sim"
        self.simulation.mkdir(mode=0o700)
        self.sshd_config = self.folder / "sshd_config"
        self.sshd_extra = sshd_config
        self.ssh_port = None
        self.sshd = None
        self.daemon = None
        self.write_sshd_config(free_port())
        (self.simulation / "latchkey.toml").write_text(
            config_with_defaults(config, user, self.sshd_config)
        )

    # --- sshd -------------------------------------------------------------------------------

    def write_sshd_config(self, port):
        self.ssh_port = port
        key = self.folder / "ssh_host_ed25519_key"
        if not key.exists():
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "host", "-f", str(key)],
                check=True,
            )
        self.sshd_config.write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {key}\nPidFile none\nUsePAM no\n"
            f"PasswordAuthentication no\nKbdInteractiveAuthentication no\nStrictModes yes\n"
            f"PrintMotd no\n{self.sshd_extra}\n"
        )

    def start_sshd(self):
        """Starts the real sshd, on another port should this one be taken meanwhile."""
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        for _ in range(5):
            log = open(self.folder / "sshd.log", "ab")
            self.sshd = subprocess.Popen(
                ["/usr/sbin/sshd", "-D", "-e", "-f", str(self.sshd_config)],
                env=self.household.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            log.close()
            if self.wait_for_sshd():
                return
            self.write_sshd_config(free_port())
        raise RuntimeError("sshd does not start: " + (self.folder / "sshd.log").read_text())

    def wait_for_sshd(self):
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            if self.sshd.poll() is not None:
                return False
            try:
                with socket.create_connection(("127.0.0.1", self.ssh_port), timeout=DEADLINE) as s:
                    return s.recv(4) == b"SSH-"
            except OSError:
                try:
                    self.sshd.wait(0.02)
                except subprocess.TimeoutExpired:
                    pass
        return False

    def stop_sshd(self):
        if self.sshd:
            self.sshd.terminate()
            self.sshd.wait()
            self.sshd = None

    # --- latchkeyd --------------------------------------------------------------------------

    def start_daemon(self):
        """Returns when the daemon says that it is ready."""
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = self.folder / "ready.sock"
        name.unlink(missing_ok=True)
        ready.bind(str(name))
        ready.settimeout(DEADLINE)
        log = open(self.folder / "latchkeyd.log", "ab")
        self.daemon = subprocess.Popen(
            [str(self.programs / "latchkeyd"), "--simulate", str(self.simulation)],
            env=self.household.environment(NOTIFY_SOCKET=str(name)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        # A daemon that dies instead closes nothing that we could wait for: look both ways.
        ready.settimeout(0.1)
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            try:
                if ready.recv(64) == b"READY=1":
                    break
            except TimeoutError:
                if self.daemon.poll() is not None:
                    raise RuntimeError("latchkeyd: " + self.daemon_log()) from None
        ready.close()

    def stop_daemon(self, how=signal.SIGTERM):
        if self.daemon:
            self.daemon.send_signal(how)
            self.daemon.wait(DEADLINE)
            status = self.daemon.returncode
            self.daemon = None
            return status
        return None

    def daemon_log(self):
        return (self.folder / "latchkeyd.log").read_text(errors="replace")

    def board(self):
        return Board(self.simulation / "board.sock")

    def ctl(self, *arguments, **options):
        """Runs latchkeyctl to its end."""
        return subprocess.run(
            [str(self.programs / "latchkeyctl"), "--socket", str(self.simulation / "ctl.sock"),
             *arguments],
            env=self.household.environment(),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            **options,
        )

    def status(self):
        done = self.ctl("status", "--json")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)

    def wait_for_phase(self, *phases):
        """Asks for the status until the window is in one of the phases; returns it."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            status = self.status()
            if status["phase"] in phases:
                return status
        raise TimeoutError(f"the window is {status['phase']}, not {' or '.join(phases)}")

    @property
    def authorized_keys(self):
        return self.household.home / ".ssh" / "authorized_keys"

    def log_entries(self):
        path = self.simulation / "state" / "log.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    # --- security keys ----------------------------------------------------------------------

    def wait_for_entry(self, **fields):
        """The first entry of the log that has these fields, once it is there."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            for entry in self.log_entries():
                if fields.items() <= entry.items():
                    return entry
            time.sleep(0.02)
        raise TimeoutError(f"no {fields} in the log: {self.log_entries()}")

    def security_key_slot(self, number):
        """Where a simulated security key is in when its program runs there."""
        slots = self.simulation / "security-keys"
        slots.mkdir(mode=0o700, exist_ok=True)
        return slots / str(number)

    def trust(self, key):
        """The root of its attestations, and the certificate below it, which libfido2 before 1.15
        does not pass on."""
        for name, certificate in (("roots.d", key.root), ("intermediates.d", key.intermediate)):
            folder = self.simulation / name
            folder.mkdir(mode=0o755, exist_ok=True)
            shutil.copy(certificate, folder / "simulated-security-key.pem")

    def stop(self):
        self.stop_daemon()
        self.stop_sshd()


class Laptop:
    """The user's computer: latchkey and ssh with a home of their own."""

    def __init__(self, folder, programs):
        self.folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.household = Household(self.folder, "sam")

    def use_security_key(self, folder, provider):
        """latchkey finds the simulated key through a variable, ssh through a provider as well."""
        self.household.own["LATCHKEY_SIMULATED_KEY"] = str(folder)
        ssh = self.household.home / ".ssh"
        ssh.mkdir(mode=0o700, exist_ok=True)
        config = ssh / "config"
        line = f"SecurityKeyProvider {provider}\n"
        before = config.read_text() if config.exists() else ""
        if line not in before:
            config.write_text(line + before)

    def popen(self, *arguments, **options):
        """Starts latchkey."""
        return subprocess.Popen(
            [str(self.programs / "latchkey"), *arguments],
            env=self.household.environment(),
            text=True,
            **options,
        )

    def run(self, program, *arguments, **options):
        """Runs a program of this laptop to its end."""
        path = self.programs / program
        return subprocess.run(
            [str(path) if path.exists() else program, *arguments],
            env=self.household.environment(),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            stdin=subprocess.DEVNULL,
            **options,
        )

    def make_key(self, name="id_ed25519", *arguments):
        """A key made by ssh-keygen, without passphrase."""
        ssh = self.household.home / ".ssh"
        ssh.mkdir(mode=0o700, exist_ok=True)
        path = ssh / name
        arguments = arguments or ("-t", "ed25519")
        subprocess.run(
            ["ssh-keygen", "-q", *arguments, "-N", "", "-C", "sam@laptop", "-f", str(path)],
            check=True,
        )
        return path


def config_with_defaults(config, user, sshd_config):
    """latchkey.toml for a simulated Pi: any free port, the fast code, this user alone; `config`
    has more keys, top-level ones first."""
    lines = [line for line in config.splitlines() if line.strip()]
    top = [line for line in lines if "." not in line.split("=")[0]]
    policy = [line.replace("policy.", "", 1) for line in lines if line.startswith("policy.")]
    has = {line.split("=")[0].strip() for line in lines}
    if "port" not in has:
        top.append("port = 0")
    if "speed" not in has:
        top.append('speed = "fast"')
    if "policy.accounts" not in has:
        policy.append(f'accounts = ["{user}"]')
    return "\n".join(
        top + ["[policy]"] + policy + ["[sshd]", f'config = "{sshd_config}"']
    ) + "\n"


def make_folder(parent, name):
    """An empty folder below a build folder, where sshd accepts homes."""
    folder = pathlib.Path(parent) / name
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    os.chmod(folder, stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    return folder
