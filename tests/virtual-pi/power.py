# SPDX-License-Identifier: MIT
"""Power cuts. A test that cuts the power is run again after the boot, from its beginning:

    note = power.after_cut()
    if note is None:
        power.prepare({"lines": 3})  # a note for the second run
        ...                          # begin to write
        power.off()                  # does not return
    ...                              # the second run: look at what is on the disk
"""

import json
import os
import pathlib
import subprocess
import time

NOTE = pathlib.Path(os.environ.get("LATCHKEY_RESULTS", "/latchkey/results")) / "power-cut.json"


def prepare(note):
    """Writes down what the test wants to know afterwards (for JSON), and what the kernel has said:
    off() may have to come within microseconds."""
    with open(NOTE.with_name("kernel.log"), "a") as log:
        subprocess.run(["dmesg"], stdout=log, check=False)
    NOTE.write_text(json.dumps(note))  # the computer's own disk, out of reach of the cut


def stay():
    """Behind prepare(): the power is not cut after all."""
    NOTE.unlink()


def off():
    """Behind prepare(): off at once, nothing written out, no sync, no unmount. Does not return."""
    pathlib.Path("/proc/sysrq-trigger").write_text("b")
    time.sleep(60)
    raise AssertionError("the machine goes on without power")


def was_cut():
    """Whether this boot comes after off()."""
    return NOTE.exists()


def after_cut():
    """The note of the cut before this boot, once; None if there was none."""
    if not NOTE.exists():
        return None
    note = json.loads(NOTE.read_text())
    NOTE.unlink()
    return note
