"""How a command ends while something that cannot be stopped is still at work."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn


class Leftover(threading.Thread):
    """A thread that the end of the process does not wait for, whatever library it is in."""

    def __init__(self, work: Callable[[], object], name: str):
        """Takes what it is to do."""
        super().__init__(target=work, name=name, daemon=True)


def leave(code: int) -> NoReturn:
    """Ends the process with an exit code.

    Where Python's own end meets a thread that comes back from a library in C++, that library aborts the process
    (python/cpython#87135, mended in 3.14). So with such a thread there is no end of Python's own.
    """
    if any(isinstance(thread, Leftover) for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # nobody reads it any more, or it is closed
                stream.flush()
        os._exit(code)
    sys.exit(code)
