#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Does what a page of docs/ says, in its order, on a Pi and a laptop of its own, and sees that the
page tells the truth about what is printed. console_page.py has the page's side of the rules."""

import argparse
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import selectors
import signal
import socket
import subprocess
import sys
import termios
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests" / "support")]

from console_page import matches, read_page  # noqa: E402
from led import LedReader  # noqa: E402
from simulated_pi import DEADLINE, Board, free_port, make_folder  # noqa: E402

POLL = 0.05  # seconds between two questions to a machine


class Mismatch(Exception):
    """The page says something else than the programs."""


class Person:
    """Answers a program's questions, and reads the LED."""

    def __init__(self, board):
        self.board, self.reader, self.code = board, LedReader(), None
        self.seen = 0  # how much of the output has been answered

    def look(self):
        """The LED may have changed."""
        self.board.read_line()
        while self.board.edges:
            self.code = self.reader.feed(*self.board.edges.pop(0)) or self.code

    def answer(self, output):
        """What to type or press after this output: text, or None."""
        fresh = output[self.seen:]
        if fresh.endswith("     > "):
            if self.code is None:
                return None
            self.seen, code, self.code, self.reader = len(output), self.code, None, LedReader()
            return code
        if fresh.endswith("] ") or re.search(r"passphrase.*: $", fresh):
            self.seen = len(output)
            return "\n"
        if "once more to confirm." in fresh:
            self.seen = len(output)
            self.board.command("tap")
        return None


class Terminal:
    """One command on a terminal."""

    def __init__(self, arguments):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(arguments, stdin=slave, stdout=slave, stderr=slave,
                                        start_new_session=True,
                                        preexec_fn=lambda: take_terminal(slave))
        os.close(slave)
        self.output = ""

    def read(self):
        """False at the end."""
        try:
            piece = os.read(self.master, 4096)
        except OSError:
            piece = b""
        self.output += piece.decode(errors="replace").replace("\r", "")
        return bool(piece)

    def run(self, person):
        """Until it ends; returns its exit status."""
        selector = selectors.DefaultSelector()
        selector.register(self.master, selectors.EVENT_READ)
        if person:
            selector.register(person.board, selectors.EVENT_READ)
        end = time.monotonic() + 2 * DEADLINE
        while time.monotonic() < end:
            for key, _ in selector.select(1):
                if key.fileobj == self.master:
                    if not self.read():
                        return self.process.wait(DEADLINE)
                else:
                    person.look()
            typed = person.answer(self.output) if person else None
            if typed:
                os.write(self.master, typed.encode())
        raise Mismatch("it does not come to an end; so far:\n" + self.output)

    def interrupt(self):
        """Ctrl-C, and what was printed until the end."""
        os.write(self.master, b"\x03")
        while self.read():
            pass
        return self.process.wait(DEADLINE)


def take_terminal(slave):
    """Makes it the controlling terminal, so that Ctrl-C reaches the program."""
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


class Session:
    """Both machines while a page is read."""

    def __init__(self, folder, programs):
        self.folder, self.programs = folder, programs
        # The page's numbers are for people; two pages at a time must not share a port.
        self.instead = {"2222": str(free_port()), "7822": str(free_port()),
                        'speed = "slow"': 'speed = "fast"'}
        self.jobs = {"pi": [], "laptop": []}
        self.exports = {"pi": "", "laptop": ""}  # every command has a shell of its own
        self.staying = {}  # machine: what keeps its terminal busy

    @property
    def board_folder(self):
        return self.folder / "pi" / "home" / "pi" / "board"

    def on(self, machine, command):
        command = self.exports[machine] + command
        return [sys.executable, "-B", str(ROOT / "scripts" / "machine"), "--folder",
                str(self.folder), "--programs", str(self.programs), machine, "bash", "-c", command]

    def translate(self, text):
        for shown, real in self.instead.items():
            text = text.replace(shown, real)
        return text

    def board(self):
        path = self.board_folder / "board.sock"
        return Board(path) if path.exists() else None

    def phase(self, folder=None):
        """Of the pairing window of the board in `folder`."""
        socket_path = (folder or self.board_folder) / "ctl.sock"
        done = subprocess.run(
            [str(self.programs / "latchkeyctl"), "--socket", str(socket_path), "status", "--json"],
            capture_output=True, text=True, timeout=DEADLINE)
        return json.loads(done.stdout)["phase"] if done.returncode == 0 else None

    def wait_for(self, what, happened, process=None):
        """Patience, as a person has it between two commands."""
        end = time.monotonic() + 2 * DEADLINE
        while time.monotonic() < end:
            if happened():
                return
            if process and process.poll() is not None:
                raise Mismatch("it ended with " + str(process.returncode))
            select.select([], [], [], POLL)
        raise Mismatch("it did not happen: " + what)

    def run(self, step):
        self.end_staying(step.machine)
        command = self.translate(step.command)
        if re.fullmatch(r"kill( %\d+)+", command):
            for number in re.findall(r"\d+", command):
                end_process(self.jobs[step.machine][int(number) - 1])
            return
        if command.startswith("export "):
            self.exports[step.machine] += command + "\n"
            return
        if step.in_background:
            self.start_job(step.machine, command)
            return
        opens_window = re.search(r" (tap|pair)(?: \||$)", command)
        if opens_window:
            # After a success a press opens the next window at once, `pair` waits for its end.
            free = ("idle",) if opens_window[1] == "pair" else ("idle", "done")
            self.wait_for("the last window ends", lambda: self.phase() in free)
        terminal = Terminal(self.on(step.machine, command))
        if step.stays:
            self.staying[step.machine] = step, terminal
        else:
            self.finish(step, terminal)
        if opens_window:
            self.wait_for("the window opens", lambda: self.phase() == "open")
        if " hold " in command:
            self.wait_for("the window ends", lambda: self.phase() == "idle")

    def finish(self, step, terminal):
        board = self.board()
        try:
            status = terminal.run(Person(board) if board else None)
        finally:
            if board:
                board.close()
        if status != 0:
            raise Mismatch(f"it ended with {status}:\n{terminal.output}")
        self.compare(step, terminal.output)

    def compare(self, step, output):
        shown = [self.translate(line) for line in step.output]
        if shown and not matches(shown, output):
            raise Mismatch("the page shows\n" + "\n".join(shown) + "\nbut it printed\n" + output)

    def start_job(self, machine, command):
        """A daemon, until it answers."""
        log = open(self.folder / f"{machine}-jobs.log", "ab")
        job = subprocess.Popen(self.on(machine, "exec " + command.removesuffix(" &")),
                               stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        self.jobs[machine].append(job)
        if "latchkey-simulated-key" in command:
            jobs = self.folder / f"{machine}-jobs.log"
            self.wait_for("the key is ready", lambda: "READY " in jobs.read_text(), job)
        if "latchkeyd" in command:
            folder = self.board_folder.parent / re.search(r"--simulate ~/(\w+)", command)[1]
            self.wait_for("latchkeyd answers", lambda: self.phase(folder) is not None, job)
        if "sshd" in command:
            self.wait_for("sshd answers", lambda: answers(int(self.instead["2222"])), job)

    def end_staying(self, machine):
        """The terminal is wanted for something else."""
        if machine not in self.staying:
            return
        step, terminal = self.staying.pop(machine)
        if step.output and step.output[-1].endswith("^C"):
            terminal.interrupt()
        else:
            self.wait_for("the command ends", lambda: not terminal.read())
            terminal.process.wait(DEADLINE)
        self.compare(step, terminal.output)

    def stop(self):
        for _, terminal in self.staying.values():
            terminal.process.kill()
            terminal.process.wait()
        for job in [job for jobs in self.jobs.values() for job in jobs]:
            end_process(job)


def end_process(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(DEADLINE)


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def play(path, session, verbose):
    page = read_page(path)
    steps = [(path, step) for step in page.steps]
    if page.begins_with:
        before = path.parent / page.begins_with
        first = read_page(before)
        steps[:0] = [(before, step) for step in first.steps[:first.setup_steps]]
    if not page.steps:
        raise SystemExit(f"{path}: there is nothing to run")
    for source, step in steps:
        if verbose:
            print(f"{source.name}:{step.line}: {step.machine}$ {step.command}", flush=True)
        try:
            session.run(step)
        except Mismatch as mismatch:
            raise SystemExit(f"{source}:{step.line}: {step.command}\n{mismatch}") from None
    try:
        for machine in list(session.staying):
            session.end_staying(machine)
    except Mismatch as mismatch:
        raise SystemExit(f"{path}: {mismatch}") from None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="made anew")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    os.environ["TERM"] = "dumb"
    folder = make_folder(arguments.folder.resolve().parent, arguments.folder.name)
    session = Session(folder, arguments.programs.resolve())
    try:
        play(arguments.page.resolve(), session, arguments.verbose)
    finally:
        session.stop()


if __name__ == "__main__":
    main()
