# SPDX-License-Identifier: MIT
"""One run at a time: the disk, the results and what is made once are in one folder."""

import fcntl
import os
import sys


def hold(build):
    """The lock on `build`, held until the file is closed or the process ends. Ends the process
    when another one has it."""
    build.mkdir(parents=True, exist_ok=True)
    lock = open(build / "lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        print(f"virtual-pi: another one is running already, with the disk and the results in "
              f"{os.path.relpath(build)}; wait for its end, or switch it off", file=sys.stderr)
        sys.exit(os.EX_TEMPFAIL)
    return lock
