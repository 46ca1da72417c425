"""Whether this machine's clock has been set. A Raspberry Pi has none that runs without power."""

import ctypes
from pathlib import Path

_TIMESYNCD = Path("/run/systemd/timesync/synchronized")
_TIME_ERROR = 5
"""adjtimex(2): "the system clock is not synchronized to a reliable server"."""


def is_synchronized(marker: Path = _TIMESYNCD) -> bool:
    """Whether the time was taken from elsewhere since the machine started; True where the system does not say.

    The kernel's own state is asked: timesyncd, chrony (with rtcsync) and ntpd all set it. It says "no" again when the
    server has been away for hours, though the clock is right still; systemd's mark stays until the machine is stopped.
    """
    return _kernel_state() != _TIME_ERROR or marker.exists()


def _kernel_state() -> int:
    """What adjtimex answers when it is told to change nothing; -1 where there is no such call.

    The answer alone says enough, so the layout of the structure, which differs between machines, does not matter: all
    zeros ask for nothing, and 512 bytes are more than any of its forms.
    """
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)))
    except (OSError, AttributeError):
        return -1
