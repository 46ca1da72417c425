"""A writer that is killed at each of its calls to the system: one fork a call, so that a thousand take seconds.

Usage: python killing.py FOLDER. Makes FOLDER/000, FOLDER/001, ..., each with a log whose writer was killed before its
call of that number, and `acknowledged`, which has a byte for each line that was written before. In the last one the
writer lived.
"""

import os
import signal
import sys
import traceback
from pathlib import Path

from edge.outputs.log.limits import Limits
from edge.outputs.log.rotating import RotatingFile
from tests.edge.outputs.log.files import DAY

LINES = 5
CALLS = ("open", "write", "pread", "close", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "fchmod", "utime")


def arm(fatal: int) -> None:
    """Has the process killed before its call number `fatal`."""
    count = 0

    def deadly(real):
        def call(*arguments, **named):
            nonlocal count
            count += 1
            if count > fatal:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    for name in CALLS:
        setattr(os, name, deadly(getattr(os, name)))


def write(folder: Path, fatal: int) -> None:
    told, tell = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT), os.write
    arm(fatal)
    log = RotatingFile(folder / "log.jsonl", Limits(size=30, total=10**6, free=0, sync=0))
    log.open()
    for number in range(LINES):
        log.write(b'{"line":%d}\n' % number, DAY)
        tell(told, b"x")
        log.tick()
        log.finish()  # waits for the thread, so that each run makes its calls in the same order
    log.close()


def main(parent: Path) -> None:
    number, status = 0, 1
    while status != 0:
        folder = parent / f"{number:03}"
        folder.mkdir()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                write(folder, number)
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        status = os.waitpid(child, 0)[1]
        if status and not os.WIFSIGNALED(status):
            sys.exit(f"{folder}: the writer failed by itself")
        number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
