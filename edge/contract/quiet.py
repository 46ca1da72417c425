"""Native libraries that talk to standard error by themselves, made to talk to a logger instead."""

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator


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
    with tempfile.TemporaryFile() as noise:
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


def _flush() -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
