# SPDX-License-Identifier: MIT
"""A security key on USB: latchkey-simulated-key behind a gadget with a HID function. The kernel's
own USB host finds it (docs/reference/simulated-security-key-on-uhid.md)."""

import os
import pathlib
import shutil
import signal

from gadget import LAPTOP, PI, PI_TOO, SECURITY_KEY, HidGadget, hidraw_at  # noqa: F401
from simulated_key import SimulatedKey, find_program
from world import wait_until


class UsbKey:
    """A key for one of the ports, with the person at it: `touch` is yes, no or never. It is plugged
    in unless told otherwise. A context manager: at the end it is pulled out and forgotten."""

    def __init__(self, port=PI, build=None, model="fido-2.1", touch="yes", plugged=True,
                 name=None, **knobs):
        self.port = port
        self.name = name or f"key{port}"
        self.folder = pathlib.Path("/run/keys") / self.name
        self.folder.mkdir(parents=True, mode=0o700)
        self.gadget = HidGadget(self.name, SECURITY_KEY, "SIMULATED security key")
        try:
            settings = [f"--set={knob}={value}" for knob, value in knobs.items()]
            # Bound for a moment to the port that is meant, which the program then keeps.
            self.gadget.bind(port)
            self.program = SimulatedKey(
                self.folder, find_program(build or os.environ["LATCHKEY_BUILD"]),
                "--model", model, "--touch", touch, *settings, "--hidg",
                self.gadget.device_file(), "--udc", str(self.gadget.udc), "--unplugged")
        except BaseException:
            self.remove_gadget()
            raise
        try:
            wait_until(lambda: not self.hidraw, "that moment is over")
            if plugged:
                self.arrive()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def remove_gadget(self):
        self.gadget.remove()
        shutil.rmtree(self.folder)

    # --- the person ---------------------------------------------------------------------------

    def arrive(self):
        """Plugged in. Returns when udev has made its hidraw file ready: that path."""
        self.program.plug()

        def ready():
            path = self.hidraw
            return path if path and handled_by_udev(path) else None
        return wait_until(ready, f"the kernel has found a security key in port {self.port}")

    def leave(self):
        """Pulled out, whatever it was doing. Returns when its hidraw file is gone."""
        path = self.hidraw
        self.program.unplug()
        wait_until(lambda: not path or not os.path.exists(path), f"{path} is gone")

    def touch(self, answer):
        """yes, no, never: from now on; once: what is asked now, or within ten seconds."""
        self.program.touch(answer)

    def wait_for(self, what):
        """Until the key waits for a `touch`, a `verification` or `nothing`."""
        self.program.wait_for(what)

    def move_to(self, port):
        """Out of one port, into the other: the same key, with all that it knows."""
        self.leave()
        self.gadget.bind(port)
        self.program.unplug()  # frees it again, and the program keeps the port
        self.port = port
        return self.arrive()

    def counters(self):
        return self.program.counters()

    def state(self):
        return self.program.state()

    @property
    def root(self):
        """The certificate that attestations chain to."""
        return self.program.root

    @property
    def intermediate(self):
        return self.program.intermediate

    @property
    def hidraw(self):
        """/dev/hidrawN as long as it is plugged in, or None."""
        return hidraw_at(self.port)

    def kill(self):
        """The program dies, as a key does that loses its firmware."""
        self.program.stop(signal.SIGKILL)

    def stop(self):
        self.program.stop()
        self.remove_gadget()


def handled_by_udev(path):
    """Whether all rules were applied to a character device."""
    try:
        number = os.stat(path).st_rdev
    except FileNotFoundError:
        return False
    return os.path.exists(f"/run/udev/data/c{os.major(number)}:{os.minor(number)}")
