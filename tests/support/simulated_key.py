# SPDX-License-Identifier: MIT
"""A security key that is not there: latchkey-simulated-key on a folder of its own, and the person
who plugs it in and touches it. docs/reference/simulated-security-key.md has the language."""

import json
import pathlib
import selectors
import signal
import socket
import subprocess

DEADLINE = 60.0  # seconds: for what a machine does; nothing waits for it to pass

# What counts since the plug: everything that happens to a key ends up in one of these.
COUNTERS = ("touches_asked", "touches_given", "verifications_asked", "verifications_given",
            "pin_tries", "wrong_pins", "signatures", "cancelled", "timed_out")


# The helper of OpenSSH, which loads the provider, is not ours, and leaks at its end.
HELPER_WITH_SANITIZER = """#!/bin/sh
export ASAN_OPTIONS=detect_leaks=0
LD_PRELOAD={} exec /usr/lib/openssh/ssh-sk-helper "$@"
"""


class SimulatedKey:
    """The program, and the person at the key. A context manager: it is ended at the end."""

    def __init__(self, folder, program, *arguments, environment=None):
        self.folder = pathlib.Path(folder)
        self.command_line = [str(program), str(self.folder), *arguments]
        self.environment = environment
        self.process = None
        self.control = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Returns when the key is served."""
        with open(self.folder / "program.log", "ab") as log:
            self.process = subprocess.Popen(self.command_line, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=log,
                                            env=self.environment)
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            line = self.process.stdout.readline() if selector.select(DEADLINE) else b""
        if line != f"READY {self.folder}\n".encode():
            self.stop()
            raise RuntimeError(f"latchkey-simulated-key: {line!r} {self.log()}")
        self.control = Control(self.folder / "key.sock")

    def stop(self, how=signal.SIGTERM):
        """Ends the program; what it kept in its folder stays. Its exit status."""
        if self.control:
            self.control.close()
            self.control = None
        if not self.process:
            return None
        self.process.send_signal(how)
        status = self.process.wait(DEADLINE)
        self.process.stdout.close()
        self.process = None
        return status

    def log(self):
        """What it printed on standard error."""
        return (self.folder / "program.log").read_text(errors="replace")

    # --- the person -------------------------------------------------------------------------

    def touch(self, answer):
        """yes, no, never: from now on; once: what is asked now, or within ten seconds."""
        self.control.command(f"touch {answer}")

    def plug(self):
        self.control.command("plug")

    def unplug(self):
        self.control.command("unplug")

    def plug_again(self):
        """Out and in: counters begin anew, and so do the three PIN tries in a row."""
        self.unplug()
        self.plug()

    def wait_for(self, what):
        """Until the key waits for a `touch`, a `verification` or `nothing`."""
        self.control.wait_for(what)

    def state(self):
        """All that the key says of itself."""
        return self.control.state()

    def counters(self):
        state = self.state()
        return {name: state[name] for name in COUNTERS}

    @property
    def root(self):
        """The certificate that attestations chain to, PEM."""
        return self.folder / "attestation-root.pem"

    @property
    def intermediate(self):
        """The certificate between the root and the key's own, PEM."""
        return self.folder / "attestation-intermediate.pem"


class Control:
    """One connection to key.sock."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(str(path))
        self.buffer = b""

    def close(self):
        self.socket.close()

    def read_line(self):
        """The next line, be it an answer or one about waiting."""
        while b"\n" not in self.buffer:
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionError("the key's program is gone")
            self.buffer += piece
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.decode()

    def answer(self, text):
        """Sends a line; the line that answers it."""
        self.socket.sendall(text.encode() + b"\n")
        while True:
            line = self.read_line()
            if not line.startswith("waiting "):
                return line

    def command(self, text):
        line = self.answer(text)
        if line != "ok":
            raise RuntimeError(f"{text}: {line}")

    def state(self):
        line = self.answer("state")
        if not line.startswith("{"):
            raise RuntimeError(f"state: {line}")
        return json.loads(line)

    def wait_for(self, what):
        """Lines behind the answer to `state` are newer than it."""
        now = self.state()["waiting"] or "nothing"
        while now != what:
            word, _, rest = self.read_line().partition(" ")
            now = rest if word == "waiting" else now


def find_program(build):
    """latchkey-simulated-key of a build folder."""
    return found(build, "latchkey-simulated-key")


def find_provider(build):
    """The provider for SSH_SK_PROVIDER of a build folder."""
    return found(build, "sk-simulated-key.so")


def sanitizer_of(provider):
    """The run-time library that has to be in a process before the provider is; "" for none."""
    needed = subprocess.run(["ldd", str(provider)], capture_output=True, text=True, check=True)
    for line in needed.stdout.splitlines():
        if "libasan" in line:
            return line.split(" => ")[1].split()[0]
    return ""


def provider_environment(provider, folder):
    """What OpenSSH needs to use the provider; `folder` is for a script that a sanitizer needs."""
    environment = {"SSH_SK_PROVIDER": str(provider)}
    sanitizer = sanitizer_of(provider)
    if sanitizer:
        helper = pathlib.Path(folder) / "ssh-sk-helper"
        helper.write_text(HELPER_WITH_SANITIZER.format(sanitizer))
        helper.chmod(0o700)
        environment["SSH_SK_HELPER"] = str(helper)
    return environment


def found(build, name):
    path = pathlib.Path(build).resolve() / "tests" / name
    if not path.exists():
        raise SystemExit(f"{name} is not built in {build}")
    return path.resolve()  # ssh-agent compares real paths


def counted(key, action, **expected):
    """Does `action` and sees that exactly the given counters moved, by so much. Its result."""
    before = key.counters()
    result = action()
    after = key.counters()
    moved = {name: after[name] - before[name] for name in COUNTERS if after[name] != before[name]}
    if moved != expected:
        raise AssertionError(f"the key counted {moved}, not {expected}; result: {result}")
    return result
