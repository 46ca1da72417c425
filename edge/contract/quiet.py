"""What a terminal is spared: the talk of native libraries, and complaints about results that nobody reads."""

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from edge.contract.errors import OutputError


@contextlib.contextmanager
def native_output_to(log: logging.Logger) -> Iterator[None]:
    """Sends all that is written to file descriptor 2 inside to `log`, line by line, as debug messages.

    TFLite and TensorFlow announce themselves there on every start, and no setting of theirs stops it. The whole
    process is affected, so keep what is inside short.
    """
    try:
        terminal = os.dup(2)
    except OSError:  # no standard error, so nothing to keep clean
        yield
        return
    with _nameless() as noise:
        _flush()
        os.dup2(noise.fileno(), 2)
        try:
            yield
        finally:
            _flush()
            os.dup2(terminal, 2)
            os.close(terminal)
            noise.seek(0)
            for line in noise.read().decode(errors="replace").splitlines():
                log.debug("%s", line)


def flush_results() -> None:
    """Writes what standard output still holds, while a failure can be told.

    Raises:
        OutputError: it cannot be written, as on a full disk.
        BrokenPipeError: its reader has gone.
    """
    if sys.stdout is None:  # whoever started this process has closed it
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_results()
        raise OutputError(f"standard output: cannot be written ({error.strerror})") from None


def discard_results() -> None:
    """Sends nowhere what standard output holds yet, and all that follows: Python's own end would try to write it again,
    complain, and end with a code of its own."""
    with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _nameless() -> BinaryIO:
    """A file for a moment; on Linux in memory, for a service may have no folder that it can write to."""
    if sys.platform == "linux":
        return open(os.memfd_create("native-output"), "w+b")  # noqa: PTH123 - it has no path
    return tempfile.TemporaryFile()


def _flush() -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
