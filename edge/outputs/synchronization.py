"""Whether this machine's clock is right. A Raspberry Pi has none that runs without power."""

import ctypes
import time
from dataclasses import dataclass
from pathlib import Path

_TIME_ERROR = 5
"""adjtimex(2): "the system clock is not synchronized to a reliable server"."""
_NO_ANSWER = -1
_PLAUSIBLE = 1_767_225_600.0
"""2026-01-01, UTC: a clock that shows an earlier time than this program was written at is wrong, whoever set it."""
_AGREES = 120.0
"""Seconds between the hardware's clock and the system's: no such clock drifts by this in a month."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where what is known of the clock lies.

    Attributes:
        mark: made by systemd-timesyncd when it has set the time, and gone when the machine is stopped.
        hardware: a folder for each clock of the hardware, with its time in `since_epoch`.
        board: there on small boards, which describe themselves by a device tree, and not on a PC or virtual machine.
    """

    mark: Path = Path("/run/systemd/timesync/synchronized")
    hardware: Path = Path("/sys/class/rtc")
    board: Path = Path("/proc/device-tree")


def is_synchronized(evidence: Evidence | None = None) -> bool:
    """Whether the time can be trusted.

    The kernel is asked first: timesyncd, chrony (with rtcsync) and ntpd all tell it when they have set the time. Its
    "no" is not the last word, nor is it that it may not be asked (a container without the right; the service's own
    sandbox allows it): the server may have been away for hours, or nobody may set the clock because it is right anyway.
    So these count too, in this order: timesyncd's mark; a clock of the hardware that shows the same time, which one
    without a battery does not after a power cut; and that this is a PC or virtual machine, which has its battery's or
    its host's time. What remains is a board that has not heard the time yet.
    """
    evidence = evidence or Evidence()
    if _kernel_state() not in (_TIME_ERROR, _NO_ANSWER) or evidence.mark.exists():
        return True
    now = time.time()
    return now >= _PLAUSIBLE and (_hardware_agrees(evidence.hardware, now) or not _is_there(evidence.board))


def _kernel_state() -> int:
    """What adjtimex answers when it is told to change nothing; -1 where it is refused or there is no such call.

    The answer alone says enough, so the layout of the structure, which differs between machines, does not matter: all
    zeros ask for nothing, and 512 bytes are more than any of its forms.
    """
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)))
    except (OSError, AttributeError):
        return _NO_ANSWER


def _hardware_agrees(folder: Path, now: float) -> bool:
    for clock in folder.glob("*/since_epoch"):
        try:
            if abs(int(clock.read_text()) - now) <= _AGREES:
                return True
        except (OSError, ValueError):
            continue
    return False


def _is_there(path: Path) -> bool:
    """Also where it leads nowhere: a container may see the kernel's link and not what it points to."""
    return path.is_symlink() or path.exists()
