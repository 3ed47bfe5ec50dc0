# SPDX-License-Identifier: MIT
"""QEMU: one run of the machine, with deadlines, for a suite or for a person."""

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time

DISK_MEGABYTES = 96
SILENCE = 240  # seconds without a line from the suite: the machine hangs
WHOLE_RUN = 30 * 60  # seconds
TAIL = 60  # lines of the console that are shown when something went wrong


class Machine:
    """`shares` are folders of the computer by their 9p tags; `results` is the one that the machine
    writes into."""

    program = "qemu-system-x86_64"
    silence = SILENCE
    whole_run = WHOLE_RUN

    def __init__(self, kernel, initramfs, shares, results, disk):
        self.kernel = kernel
        self.initramfs = initramfs
        self.shares = shares
        self.results = results
        self.disk = disk
        self.console = results / "console.log"

    def command(self, mode, *parameters):
        """QEMU's command line; the machine does `mode`, which is suite or shell. ttyS0 is the
        kernel's console and goes to a file, ttyS1 is where the suite talks, or the person."""
        shares = []
        for tag, folder in self.shares.items():
            writable = "" if folder == self.results else ",readonly=on"
            shares += ["-virtfs", f"local,path={escaped(folder)},mount_tag={tag},"
                       f"security_model=none,multidevs=remap{writable}"]
        words = " ".join(["console=ttyS0", "panic=-1", "edd=off", "quiet", "loglevel=4",
                          "mitigations=off", f"latchkey.mode={mode}", *parameters])
        return [self.program, "-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024",
                "-display", "none", "-nodefaults", "-no-user-config", "-no-reboot",
                "-chardev", f"file,id=console,path={escaped(self.console)},append=on",
                "-serial", "chardev:console",
                "-chardev", "stdio,id=talk,signal=off", "-serial", "chardev:talk",
                "-device", "virtio-rng-pci",
                "-netdev", "user,id=net,restrict=on",
                "-device", "virtio-net-pci,netdev=net,romfile=",
                "-drive", f"file={escaped(self.disk)},format=raw,if=virtio,cache=writeback",
                *shares, "-kernel", str(self.kernel.image), "-initrd", str(self.initramfs),
                "-append", words]

    def run_suite(self, *parameters):
        """Prints what the suite says, as it says it, until the machine is switched off. One that
        went down in a test, by a cut of the power or by itself, is started again with the same
        disk. False when it had to be killed."""
        started = time.monotonic()
        while True:
            process = subprocess.Popen(self.command("suite", *parameters), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE)
            try:
                off = self.follow(process, started)
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()
                process.stdout.close()
            if not off or not (self.results / "running").exists():
                return off

    def follow(self, process, started):
        heard = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while True:
                now = time.monotonic()
                left = min(heard + self.silence, started + self.whole_run) - now
                if left <= 0:
                    self.hangs(f"nothing came from it for {now - heard:.0f} s, and it ran for "
                               f"{now - started:.0f} s")
                    return False
                if not selector.select(left):
                    continue
                piece = os.read(process.stdout.fileno(), 65536)
                if not piece:
                    return process.wait() == 0
                heard = time.monotonic()
                sys.stdout.write(piece.decode(errors="replace").replace("\r", ""))
                sys.stdout.flush()

    def hangs(self, why):
        print(f"\nvirtual-pi: the machine was killed: {why}")

    def show_console(self):
        """The end of what the kernel and the machine's init said."""
        said = self.console.read_text(errors="replace") if self.console.exists() else ""
        print("virtual-pi: the end of its console:")
        for line in said.splitlines()[-TAIL:] or ["(nothing)"]:
            print(f"    {line}")

    def run_shell(self, *parameters):
        """The person's terminal is the machine's, until it is off."""
        columns, rows = shutil.get_terminal_size()
        stty = subprocess.run(["stty", "-g"], capture_output=True, text=True, check=True).stdout
        interrupts = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return subprocess.run(self.command(
                "shell", f"latchkey.rows={rows}", f"latchkey.columns={columns}",
                f"latchkey.term={os.environ.get('TERM', 'vt100')}", *parameters)).returncode
        finally:
            signal.signal(signal.SIGINT, interrupts)
            subprocess.run(["stty", stty.strip()], check=False)
            print(f"\033[r\033[{rows};1H", flush=True)  # the machine kept the last line for itself


def escaped(path):
    """In an option of QEMU's, a comma is two."""
    return str(path).replace(",", ",,")


def make_disk(path):
    """A new disk with a journalled file system, which outlives a power cut."""
    path.unlink(missing_ok=True)
    with open(path, "wb") as disk:
        disk.truncate(DISK_MEGABYTES * 1024 * 1024)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-F", "-L", "pi", path], check=True)
