# SPDX-License-Identifier: MIT
"""The machine for a person: a prompt, latchkeyd and sshd behind it, the LED in the terminal's last
line, and commands that are hands. Ends, and the machine with it, when the prompt is left."""

import fcntl
import os
import pathlib
import subprocess
import sys
import termios
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from gpio_sim import BUTTON, LED, Button, GpioSim  # noqa: E402
from kernel_trace import KernelTrace, LedLine  # noqa: E402
from usb_key import LAPTOP, PI, UsbKey  # noqa: E402
import world  # noqa: E402

PLACE = pathlib.Path("/run/virtual-pi")
ORDERS = PLACE / "orders"
HANDS = ("press", "plug", "unplug", "touch")
WELCOME = """\
A virtual Pi, linux {release}. Its LED is in the last line. Everything is forgotten at the end.

  press [MILLISECONDS]     the button, for 120 ms unless told otherwise
  plug [pi|laptop]         a security key into a USB port of the Pi, or of the laptop
  unplug                   that key, out of where it is
  touch [once|yes|no|never]
                           that key, once unless told otherwise
  laptop [COMMAND…]        as sam on the laptop: laptop latchkey enroll pi@raspberrypi
  latchkeyctl …            on the Pi; so are gpiodetect, fido2-token, ssh, journal
  exit                     switches the machine off
"""


def parameter(name, otherwise):
    words = pathlib.Path("/proc/cmdline").read_text().split()
    return next((word.split("=", 1)[1] for word in words
                 if word.startswith(f"latchkey.{name}=")), otherwise)


class StatusLine:
    """The last line of the terminal; all others scroll above it."""

    def __init__(self, rows):
        self.rows = rows
        self.shown = None
        self.write(f"\033[2J\033[1;{rows - 1}r\033[1;1H")

    def write(self, text):
        os.write(1, text.encode())  # at once: nobody else's characters come between

    def show(self, text):
        if text != self.shown:
            self.write(f"\0337\033[{self.rows};1H\033[7m{text}\033[K\033[0m\0338")
        self.shown = text


class Bench:
    """What a person has before him: the board, and one security key."""

    def __init__(self):
        self.chip = GpioSim()
        self.trace = KernelTrace("shell")
        self.led = LedLine(self.trace, self.chip, LED)
        self.button = Button(self.chip)
        self.key = None
        self.message = ""

    def obey(self, order):
        word, *arguments = order.split()
        try:
            getattr(self, word)(*arguments)
            self.message = ""
        except (OSError, RuntimeError, TypeError, ValueError, TimeoutError) as error:
            self.message = str(error)

    def press(self, milliseconds="120"):
        self.button.tap(int(milliseconds))

    def plug(self, where="pi"):
        port = {"pi": PI, "laptop": LAPTOP}.get(where)
        if port is None:
            raise ValueError(f"there is no port {where}: pi or laptop")
        if self.key is None:
            self.key = UsbKey(port, touch="never", name="key")
        elif self.key.hidraw is None and self.key.port == port:
            self.key.arrive()
        elif self.key.port != port:
            self.key.move_to(port)

    def unplug(self):
        if self.key:
            self.key.leave()

    def touch(self, answer="once"):
        if not self.key:
            raise ValueError("there is no security key yet: plug")
        self.key.touch(answer)

    def status(self):
        self.trace.read(0.1)
        self.trace.events.clear()
        light = "\033[32m●\033[39m on " if self.led.lit() else "○ off"
        parts = [f" LED {light}", "button " + ("up" if self.chip.value(BUTTON) else "DOWN"),
                 self.key_status()]
        return " │ ".join(parts + ([self.message] if self.message else []))

    def key_status(self):
        if not self.key:
            return "no security key"
        if not self.key.hidraw:
            return "security key in your hand"
        where = "the Pi" if self.key.port == PI else "the laptop"
        waiting = self.key.state()["waiting"]
        return f"security key in {where}" + (f", WAITS FOR A {waiting.upper()}" if waiting else "")


def take_orders(bench):
    while True:
        with open(ORDERS) as orders:  # until the hand that wrote has closed it
            for order in orders:
                if order.strip():
                    bench.obey(order)


def keep_showing(bench, line, over):
    while not over.is_set():
        line.show(bench.status())


def make_commands():
    folder = PLACE / "bin"
    folder.mkdir(parents=True)
    os.mkfifo(ORDERS)
    for hand in HANDS:
        script(folder / hand, f'echo "{hand} $*" >{ORDERS}')
    words = " ".join(world.Laptop().command())
    script(folder / "laptop", "export HOME=/home/sam USER=sam LOGNAME=sam; cd\n"
           f'exec {words} "${{@:-bash}}"')
    script(folder / "journal", f'exec cat {world.RESULTS}/latchkeyd.log')
    return folder


def script(path, body):
    path.write_text(f"#!/bin/bash\n{body}\n")
    path.chmod(0o755)


def start_services():
    pi = world.Pi()
    pi.configure()
    pi.start_sshd()
    try:
        pi.start_daemon()
    except (RuntimeError, TimeoutError) as error:
        print(f"latchkeyd does not run: {error}")


def prompt(folder, rows, columns):
    """bash on this terminal, which has one line less."""
    subprocess.run(["stty", "sane", "rows", str(rows - 1), "columns", str(columns)], check=True)
    environment = world.environment_of("root", TERM=parameter("term", "vt100"),
                                       PS1=r"\u@raspberrypi:\w\$ ")
    environment["PATH"] = f"{folder}:{environment['PATH']}"
    subprocess.run(["bash", "--norc", "-i"], env=environment, cwd="/root",
                   start_new_session=True,
                   preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))


def main():
    rows, columns = int(parameter("rows", "24")), int(parameter("columns", "80"))
    line = StatusLine(rows)
    print(WELCOME.format(release=os.uname().release), flush=True)
    line.show(" starting …")
    bench = Bench()
    folder = make_commands()
    start_services()
    over = threading.Event()
    threading.Thread(target=take_orders, args=[bench], daemon=True).start()
    shower = threading.Thread(target=keep_showing, args=[bench, line, over])
    shower.start()
    prompt(folder, rows, columns)
    over.set()
    shower.join()


if __name__ == "__main__":
    main()
