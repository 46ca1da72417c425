"""Memory that is free goes back to the system."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Has the C library return what it keeps of freed memory, of all threads; to be called after a large piece of work.

    It keeps such memory for each thread that ever ran, also when that has ended. FFmpeg decodes in a thread for each
    core, new ones for each recording: so megabytes of those that were closed stay resident, and with every recording
    that falls to other threads there may be more. Takes about a millisecond; does nothing where the C library is not
    glibc, whose malloc_trim(3) this is.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
