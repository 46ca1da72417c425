"""A terminal that can be closed under a process, as a window is."""

import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TAKE = (
    "import ctypes, fcntl, os, signal, subprocess, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "signal.signal(signal.SIGHUP, signal.SIG_DFL); "  # the tests themselves may have been started with nohup
)
IN_FRONT = (sys.executable, "-c", _TAKE + "os.execv(sys.argv[1], sys.argv[1:])")
"""What to put before a command that is started in a session of its own, with a terminal as its standard input: it gets
that as its own, and hears when it is closed."""
BEHIND = (
    sys.executable,
    "-c",
    _TAKE + "signal.signal(signal.SIGHUP, lambda *_: None); "
    "die = lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL); "
    "sys.exit(subprocess.Popen(sys.argv[1:], process_group=0, preexec_fn=die).wait())",
)
"""The same for a job in the background, which is not told; it dies with what stands for its shell."""


class Terminal:
    """One that nobody looks at.

    Attributes:
        end: the descriptor for a process.
    """

    def __init__(self) -> None:
        ours, self.end = pty.openpty()
        self._open = [ours, self.end]

    def close(self) -> None:
        """Closes it, also for those that still use it. May be done twice."""
        while self._open:
            os.close(self._open.pop())


@contextmanager
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    try:
        yield made
    finally:
        made.close()
