"""Standard output and standard error, which whoever started this process may have closed."""

import io
import os
import sys
from typing import TextIO


def prepare() -> None:
    """Sees to it that there are both, and that letters that the results' encoding lacks, as those of a bar, become "?".

    To be called first of all: the next file that is opened would get the number of the one that is closed, and with it
    what libraries and the processes that are started say there.
    """
    if sys.stdout is None:
        sys.stdout = _nowhere(1)
    if sys.stderr is None:
        sys.stderr = _nowhere(2)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        sys.stdout.reconfigure(errors="replace")


def _nowhere(number: int) -> TextIO:
    """A stream of this number that nobody reads; processes that are started have it too."""
    file = os.open(os.devnull, os.O_WRONLY)
    if file != number:
        os.dup2(file, number)
        os.close(file)
    os.set_inheritable(number, True)
    return os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace")
